// How the load line was found: at each rate tried, the p99 and the share of steps that held.

import type { ConfigurationJudgement, Estimate, RungResult } from '@plimsoll/judgement'
import type { Check, Plan } from '@plimsoll/record'
import { verdictMarks } from './load-line-chart.ts'
import {
  dashes,
  format,
  frame,
  ink,
  palette,
  rounded,
  steady,
  soft,
  valueAxis,
  type ChartOption,
} from './chart-option.ts'

/** Height in pixels. */
export const ladderHeight = 314

export interface LadderChartOptions {
  readonly configuration: ConfigurationJudgement
  readonly plan: Plan
}

/** p99 and share of steps that held against the rate at full size, with the load line across both. */
export function ladderChart({ configuration, plan }: LadderChartOptions): ChartOption {
  const { name, rungs, load_line_per_second: line } = configuration
  const bound = plan.checks.find(isWholeP99)?.below_ms
  // The rate asked for, in actions: what is reached falls off where the system is overloaded, and would
  // fold the curve back on itself.
  const perSession = actionsPerSession(configuration)
  const rateOf = ({ sessions_per_second }: RungResult) =>
    rounded(sessions_per_second * perSession * plan.scale)
  const ceiling = 3 * Math.max(bound ?? 1, ...rungs.map(({ p99_ms }) => p99_ms ?? 0))
  const rates = [...rungs.map(rateOf), line?.low, line?.high].filter((rate) => rate !== undefined)
  const ends =
    rates.length === 0 ? {} : { min: Math.min(...rates) * 0.97, max: Math.max(...rates) * 1.03 }
  const xAxis = { ...ends, splitNumber: 4, splitLine: { show: false } }
  return {
    ...frame(`Rates tried for ${name}: p99 and share of steps that held`),
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    grid: [
      { left: 50, right: 26, top: 28, height: 130, outerBoundsMode: 'none' },
      { left: 50, right: 26, top: 206, height: 80, outerBoundsMode: 'none' },
    ],
    xAxis: [
      valueAxis({ ...xAxis, gridIndex: 0, axisLabel: { show: false } }),
      valueAxis({ ...xAxis, gridIndex: 1, axisLabel: rateLabel() }),
    ],
    yAxis: [
      valueAxis({
        type: 'log',
        gridIndex: 0,
        name: 'p99, ms (log; ∞: failures above 1 %)',
        min: undefined,
      }),
      valueAxis({ gridIndex: 1, name: 'steps that held, %', min: 0, max: 100, interval: 50 }),
    ],
    series: [
      p99Series(rungs, { rateOf, ceiling, bound, line, scale: plan.scale }),
      heldSeries(rungs, { rateOf, line }),
    ],
  }
}

function rateLabel(): ChartOption {
  return {
    color: soft,
    fontSize: 11,
    hideOverlap: true,
    formatter: format('per_second'),
    showMinLabel: false,
    showMaxLabel: false,
  }
}

function isWholeP99(check: Check): check is Extract<Check, { kind: 'response_time' }> {
  return check.kind === 'response_time' && check.quantile === 0.99 && check.of === undefined
}

/** As the judge has it, else as seen at the lowest rung, where nothing is held up. */
function actionsPerSession({
  load_line_per_second: line,
  sessions_per_second: sessions,
  rungs,
}: ConfigurationJudgement): number {
  if (line !== null && sessions !== null && sessions.value > 0) return line.value / sessions.value
  const [lowest] = rungs
  return lowest === undefined ? 1 : lowest.actions_per_second / lowest.sessions_per_second
}

interface P99Options {
  readonly rateOf: (rung: RungResult) => number
  /** Where an infinite p99 is drawn. */
  readonly ceiling: number
  readonly bound: number | undefined
  readonly line: Estimate | null
  readonly scale: number
}

function p99Series(
  rungs: readonly RungResult[],
  { rateOf, ceiling, bound, line }: P99Options,
): ChartOption {
  const boundLine = {
    yAxis: bound,
    lineStyle: { color: soft, type: [5, 4], width: 1 },
    label: { formatter: `${bound} ms`, position: 'insideStartTop', color: soft, fontSize: 11 },
  }
  return {
    ...steady,
    type: 'line',
    name: 'p99',
    xAxisIndex: 0,
    yAxisIndex: 0,
    symbolSize: 9,
    lineStyle: { color: palette[0], width: 1.2, type: dashes[0] },
    itemStyle: { color: palette[0] },
    tooltip: { valueFormatter: format('ms') },
    data: rungs.map((rung) => {
      const { symbol, colour } = verdictMarks[verdictOf(rung)]
      return {
        value:
          rung.p99_ms === null
            ? [rateOf(rung), ceiling, '∞']
            : [rateOf(rung), rounded(rung.p99_ms)],
        symbol,
        itemStyle: { color: colour },
        label: { show: rung.p99_ms === null, formatter: '∞', position: 'top', color: ink },
      }
    }),
    markArea: intervalArea(line),
    markLine: {
      silent: true,
      symbol: 'none',
      data: [...loadLineMark(line), ...(bound === undefined ? [] : [boundLine])],
    },
  }
}

function heldSeries(
  rungs: readonly RungResult[],
  { rateOf, line }: Pick<P99Options, 'rateOf' | 'line'>,
): ChartOption {
  return {
    ...steady,
    type: 'line',
    name: 'held',
    xAxisIndex: 1,
    yAxisIndex: 1,
    symbolSize: 9,
    lineStyle: { color: palette[0], width: 1.2 },
    tooltip: { valueFormatter: format('percent') },
    data: rungs.map((rung) => {
      const { symbol, colour } = verdictMarks[verdictOf(rung)]
      const share = rung.held / Math.max(1, rung.held + rung.failed + rung.inconclusive)
      return { value: [rateOf(rung), rounded(100 * share)], symbol, itemStyle: { color: colour } }
    }),
    markArea: intervalArea(line),
    markLine: { silent: true, symbol: 'none', data: loadLineMark(line) },
  }
}

function verdictOf({ held, failed, inconclusive }: RungResult): keyof typeof verdictMarks {
  if (held > 0 && failed === 0 && inconclusive === 0) return 'holds'
  return failed > 0 && held === 0 && inconclusive === 0 ? 'fails' : 'inconclusive'
}

function intervalArea(line: Estimate | null): ChartOption | undefined {
  if (line === null) return undefined
  const itemStyle = { color: palette[0], opacity: 0.12 }
  return { silent: true, itemStyle, data: [[{ xAxis: line.low }, { xAxis: line.high }]] }
}

function loadLineMark(line: Estimate | null): ChartOption[] {
  if (line === null) return []
  const lineStyle = { color: ink, type: 'solid', width: 1.2 }
  return [{ xAxis: line.value, lineStyle, label: { show: false } }]
}
