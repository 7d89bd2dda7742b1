// What each part of the system was busy with, second by second: CPU against its limit, the share of time
// in which it was denied CPU, waiting for connections and for the event loop; and what has no limit.

import type { PartSecond, RunRecord } from '@plimsoll/record'
import {
  bad,
  dashes,
  format,
  frame,
  legend,
  palette,
  rounded,
  steady,
  soft,
  type ChartOption,
  type Unit,
} from './chart-option.ts'
import { stackedPlots, stackHeight, type Plot } from './stacked-plots.ts'
import { stretchAreas } from './stretch-marks.ts'
import { buckets, bucketWidth, mean, spanOf, type Thinning } from './thinning.ts'

interface PartsPlot extends Plot {
  readonly unit: Unit
  /** What to draw of one part in one second, over its instances; null draws nothing. */
  readonly values: readonly {
    readonly suffix: string
    readonly of: (rows: readonly PartSecond[]) => number | null
  }[]
}

const plots: readonly PartsPlot[] = [
  {
    title: 'CPU, % of its limit (all instances)',
    height: 120,
    unit: 'percent',
    axis: { max: 115, interval: 50, axisLabel: { color: soft, fontSize: 11, showMaxLabel: false } },
    values: [{ suffix: '', of: shareOfLimit }],
  },
  {
    title: 'throttled: % of time denied CPU',
    height: 70,
    unit: 'percent',
    values: [{ suffix: '', of: throttled }],
  },
  {
    title: 'waiting, ms: database pool (mean), event loop (p99)',
    height: 90,
    unit: 'ms',
    values: [
      { suffix: ' pool wait', of: (rows) => meanOf(rows.map(({ pool_wait_ms }) => pool_wait_ms)) },
      {
        suffix: ' event loop',
        of: (rows) => highestOf(rows.map((row) => row.event_loop_delay_p99_ms)),
      },
    ],
  },
  {
    title: 'without a limit, cores',
    height: 60,
    unit: 'cores',
    values: [{ suffix: '', of: unlimitedCores }],
  },
]

const queuePlots: readonly PartsPlot[] = [
  {
    title: 'backlog, messages: waiting, in flight',
    height: 90,
    unit: 'plain',
    values: [
      { suffix: ' waiting', of: (rows) => meanOf(rows.map(({ queue_depth }) => queue_depth)) },
      {
        suffix: ' in flight',
        of: (rows) => meanOf(rows.map(({ queue_in_flight }) => queue_in_flight)),
      },
    ],
  },
  {
    title: 'age of the oldest message, lag p99, ms',
    height: 90,
    unit: 'ms',
    values: [
      {
        suffix: ' oldest',
        of: (rows) => highestOf(rows.map(({ queue_oldest_age_ms }) => queue_oldest_age_ms)),
      },
      { suffix: ' lag', of: (rows) => highestOf(rows.map(({ lag_p99_ms }) => lag_p99_ms)) },
    ],
  },
]

const replicaPlots: readonly PartsPlot[] = [
  {
    title: 'how old what a replica shows is, ms',
    height: 70,
    unit: 'ms',
    values: [
      {
        suffix: ' behind',
        of: (rows) => highestOf(rows.map(({ replay_lag_ms }) => replay_lag_ms)),
      },
    ],
  },
]

function plotsOf({ parts }: RunRecord): readonly PartsPlot[] {
  const hasQueue = parts.some(({ queue_depth }) => queue_depth !== undefined)
  const hasReplica = parts.some(({ replay_lag_ms }) => replay_lag_ms !== undefined)
  return [...plots, ...(hasQueue ? queuePlots : []), ...(hasReplica ? replicaPlots : [])]
}

/** Height in pixels. */
export function partsHeight(run: RunRecord): number {
  return stackHeight(plotsOf(run))
}

/** CPU, throttling and waiting of every part in one run. */
export function partsChart(run: RunRecord, { points }: Thinning): ChartOption {
  const parts = [...new Set(run.parts.map(({ part }) => part))]
  const drawn = plotsOf(run)
  const series = drawn.flatMap((plot, index) => plotSeries(run, { plot, index, parts, points }))
  const names = [...new Set(series.map(({ name }) => String(name)))]
  return {
    ...frame(`CPU and waiting of every part of ${run.configuration}, run ${run.repeat}`),
    ...stackedPlots(drawn, spanOf(run)),
    legend: legend(names),
    series,
  }
}

interface PlotSeriesOptions extends Thinning {
  readonly plot: PartsPlot
  readonly index: number
  readonly parts: readonly string[]
}

function plotSeries(
  run: RunRecord,
  { plot, index, parts, points }: PlotSeriesOptions,
): ChartOption[] {
  const found: ChartOption[] = []
  parts.forEach((part, place) => {
    plot.values.forEach(({ suffix, of }, nth) => {
      const data = pointsOf(run, { part, of, points })
      if (data.every(([, value]) => value === null)) return
      found.push({
        ...steady,
        type: 'line',
        name: part + suffix,
        xAxisIndex: index,
        yAxisIndex: index,
        symbol: 'none',
        color: palette[place % palette.length],
        lineStyle: { width: 1.5, type: dashes[nth === 0 ? place % dashes.length : 2] },
        tooltip: { valueFormatter: format(plot.unit) },
        data,
      })
    })
  })
  const [first, ...others] = found
  if (first === undefined) return []
  const limit = index === 0 ? { markLine: limitLine() } : {}
  const areas = { markArea: stretchAreas(run, { labelled: index === 0 }) }
  return [{ ...first, ...areas, ...limit }, ...others]
}

function limitLine(): ChartOption {
  return {
    silent: true,
    symbol: 'none',
    lineStyle: { color: bad, type: [5, 4], width: 1 },
    label: { show: false },
    data: [{ yAxis: 100 }],
  }
}

interface PointsOptions extends Thinning {
  readonly part: string
  readonly of: (rows: readonly PartSecond[]) => number | null
}

function pointsOf(run: RunRecord, { part, of, points }: PointsOptions): [number, number | null][] {
  const bySecond = Map.groupBy(
    run.parts.filter((row) => row.part === part),
    ({ second }) => second,
  )
  const width = bucketWidth(run.seconds.length, points)
  return buckets(run.seconds, width).map((bucket) => {
    const rows = bucket.flatMap(({ second }) => bySecond.get(second) ?? [])
    const value = rows.length === 0 ? null : of(rows)
    return [(bucket[0]?.second ?? 0) + bucket.length / 2, value === null ? null : rounded(value)]
  })
}

function shareOfLimit(rows: readonly PartSecond[]): number | null {
  const limited = rows.filter(({ limit_cores }) => limit_cores !== null && limit_cores > 0)
  return limited.length === 0
    ? null
    : mean(limited.map(({ cpu_cores, limit_cores }) => (100 * cpu_cores) / (limit_cores ?? 1)))
}

function throttled(rows: readonly PartSecond[]): number | null {
  const limited = rows.filter(({ limit_cores }) => limit_cores !== null)
  return limited.length === 0
    ? null
    : mean(limited.map(({ throttled_share }) => 100 * throttled_share))
}

function unlimitedCores(rows: readonly PartSecond[]): number | null {
  const unlimited = rows.filter(({ limit_cores }) => limit_cores === null)
  if (unlimited.length === 0) return null
  const seconds = new Set(unlimited.map(({ second }) => second)).size
  return unlimited.reduce((sum, { cpu_cores }) => sum + cpu_cores, 0) / seconds
}

function meanOf(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? null : mean(known)
}

function highestOf(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? null : Math.max(...known)
}
