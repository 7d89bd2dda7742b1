// One run, second by second: what was due and how it ended, how long it took, how many sessions lived.

import { Histogram } from '@plimsoll/statistics'
import type { PlannedPart, RunRecord, SecondRecord } from '@plimsoll/record'
import {
  bad,
  dashes,
  format,
  frame,
  ink,
  legend,
  palette,
  rounded,
  steady,
  type ChartOption,
  type Unit,
} from './chart-option.ts'
import { instanceLines, instancesPlot, instancesSeries } from './instances-plot.ts'
import { stackedPlots, stackHeight, type Plot } from './stacked-plots.ts'
import { stretchAreas } from './stretch-marks.ts'
import { buckets, bucketWidth, mean, spanOf, type Thinning } from './thinning.ts'

const usualPlots: readonly Plot[] = [
  { title: 'actions per second', height: 150 },
  {
    title: 'response time of ok answers, ms (log)',
    height: 150,
    axis: { type: 'log', min: undefined },
  },
  { title: 'sessions alive', height: 70 },
]

function plotsOf(scaled: readonly PlannedPart[]): readonly Plot[] {
  return [...usualPlots, ...scaled.map(({ part }) => instancesPlot(part))]
}

/** Height in pixels; each part of `scaled` has a plot of its instances. */
export function timelineHeight(scaled: readonly PlannedPart[] = []): number {
  return stackHeight(plotsOf(scaled))
}

/** Rates, response times, sessions and autoscaled instances of a run, with its steps and phases marked. */
export function timelineChart(
  run: RunRecord,
  { points: most, scaled = [] }: Thinning & { readonly scaled?: readonly PlannedPart[] },
): ChartOption {
  const points = timelinePoints(run.seconds, most)
  const line = lineOf(points)
  const faultless = points.every((point) => point['not ok'] === 0)
  const outcomes = faultless ? ['due', 'ok'] : ['due', 'ok', 'not ok']
  const instances = scaled.flatMap(({ part }) => instanceLines(part))
  const lines = [...outcomes, 'p50', 'p99', 'sessions', ...instances]
  const areas = (labelled: boolean) => ({ markArea: stretchAreas(run, { labelled }) })
  return {
    ...frame(`Timeline of ${run.configuration}, run ${run.repeat}`),
    ...stackedPlots(plotsOf(scaled), spanOf(run)),
    legend: legend(lines),
    series: [
      {
        ...line('ok', 'per_second', 0),
        color: palette[0],
        areaStyle: { opacity: 0.12 },
        ...areas(true),
      },
      { ...line('due', 'per_second', 0), color: ink, lineStyle: { width: 1.2, type: dashes[2] } },
      ...(faultless
        ? []
        : [{ ...line('not ok', 'per_second', 0), color: bad, lineStyle: { width: 2 } }]),
      { ...line('p50', 'ms', 1), color: palette[0], ...areas(false) },
      { ...line('p99', 'ms', 1), color: palette[1], lineStyle: { width: 1.5, type: dashes[1] } },
      {
        ...line('sessions', 'plain', 2),
        color: palette[2],
        areaStyle: { opacity: 0.12 },
        ...areas(false),
      },
      ...scaled.flatMap((part, n) =>
        instancesSeries(run, { part, plot: usualPlots.length + n, areas: areas(false) }),
      ),
    ],
  }
}

interface TimelinePoint {
  readonly second: number
  readonly due: number
  readonly ok: number
  readonly 'not ok': number
  readonly p50: number | null
  readonly p99: number | null
  readonly sessions: number
}

function lineOf(points: readonly TimelinePoint[]) {
  return (name: Exclude<keyof TimelinePoint, 'second'>, unit: Unit, plot: number): ChartOption => ({
    ...steady,
    type: 'line',
    name,
    xAxisIndex: plot,
    yAxisIndex: plot,
    symbol: 'none',
    lineStyle: { width: 1.5 },
    tooltip: { valueFormatter: format(unit) },
    data: points.map((point) => [point.second, point[name]]),
  })
}

/** One point per bucket of seconds: rates are means, response times quantiles over the bucket. */
function timelinePoints(seconds: readonly SecondRecord[], most: number): TimelinePoint[] {
  const width = bucketWidth(seconds.length, most)
  return buckets(seconds, width).map((bucket) => {
    const times = new Histogram()
    let due = 0
    let ok = 0
    let notOk = 0
    for (const action of bucket.flatMap(({ actions }) => [...actions.values()])) {
      times.add(action.response_time)
      due += action.due
      ok += action.ok
      notOk += action.failed + action.unknown + action.dropped
    }
    return {
      second: (bucket[0]?.second ?? 0) + bucket.length / 2,
      due: rounded(due / bucket.length),
      ok: rounded(ok / bucket.length),
      'not ok': rounded(notOk / bucket.length),
      p50: quantile_ms(times, 0.5),
      p99: quantile_ms(times, 0.99),
      sessions: rounded(mean(bucket.map(({ sessions_alive }) => sessions_alive))),
    }
  })
}

function quantile_ms(times: Histogram, q: number): number | null {
  return times.count === 0 ? null : rounded(Math.max(0.001, times.quantile(q) / 1_000))
}
