// The picture of the answer: each configuration's load line with its interval against the expected load.

import type { ConfigurationJudgement, Judgement } from '@plimsoll/judgement'
import type { Verdict } from '@plimsoll/record'
import { estimated, figure, interval, perSecond } from '../figures.ts'
import {
  bad,
  doubt,
  format,
  frame,
  good,
  ink,
  palette,
  paper,
  rounded,
  rule,
  soft,
  valueAxis,
  type ChartOption,
} from './chart-option.ts'

/** Shape and colour of a verdict: never colour alone. */
export const verdictMarks: Readonly<Record<Verdict, { symbol: string; colour: string }>> = {
  holds: { symbol: 'circle', colour: good },
  fails: { symbol: 'rect', colour: bad },
  inconclusive: { symbol: 'diamond', colour: doubt },
}

export interface LoadLineChartOptions {
  readonly judgement: Judgement
  /** Actions per second at full size. */
  readonly expected_per_second: number
}

/** Bars with 95 % intervals, one row per configuration, and the expected load as a line across. */
export function loadLineChart({
  judgement,
  expected_per_second,
}: LoadLineChartOptions): ChartOption {
  const { configurations } = judgement
  const names = configurations.map(({ name }) => name)
  const highest = Math.max(
    expected_per_second,
    ...configurations.map(({ load_line_per_second }) => load_line_per_second?.high ?? 0),
  )
  return {
    ...frame(
      `Load line of ${names.join(', ')} against the expected ${perSecond(expected_per_second)}`,
    ),
    tooltip: { show: false },
    grid: { left: nameWidth(names) + 12, right: 24, top: 34, bottom: 24, outerBoundsMode: 'none' },
    xAxis: valueAxis({
      min: 0,
      max: rounded(highest * 1.08),
      splitNumber: 4,
      splitLine: { showMaxLine: false, lineStyle: { color: rule } },
      axisLabel: axisLabel(),
    }),
    yAxis: {
      type: 'category',
      data: names,
      inverse: true,
      axisLine: { lineStyle: { color: soft } },
      axisTick: { show: false },
      axisLabel: { color: ink, fontSize: 13, width: nameWidth(names), overflow: 'truncate' },
    },
    series: [
      bars(configurations, expected_per_second),
      ...configurations.map(intervalLine),
      points(configurations),
      figures(configurations),
    ],
  }
}

/** Room for the names, in pixels at 13 px: the server has no font to measure with. */
function nameWidth(names: readonly string[]): number {
  const longest = Math.max(0, ...names.map((name) => name.length))
  return Math.min(120, Math.max(30, Math.ceil(longest * 7.4)))
}

function axisLabel(): ChartOption {
  return {
    color: soft,
    fontSize: 11,
    hideOverlap: true,
    showMaxLabel: false,
    formatter: format('per_second'),
  }
}

function bars(configurations: readonly ConfigurationJudgement[], expected: number): ChartOption {
  return {
    type: 'bar',
    name: 'load line',
    barWidth: 12,
    silent: true,
    itemStyle: { color: 'var(--wash)' },
    data: configurations.map(({ load_line_per_second: line }) =>
      line === null ? 0 : rounded(line.value),
    ),
    markLine: {
      z: 3,
      silent: true,
      symbol: 'none',
      lineStyle: { color: ink, type: [5, 4], width: 1.5 },
      label: {
        formatter: `expected ${figure(expected)}/s`,
        color: ink,
        fontSize: 12,
        position: 'start',
      },
      data: [{ xAxis: expected }],
    },
  }
}

function intervalLine(
  { load_line_per_second: line }: ConfigurationJudgement,
  row: number,
): ChartOption {
  const ends = line === null ? [] : [line.low, line.high]
  return {
    type: 'line',
    name: 'interval',
    silent: true,
    symbol: 'rect',
    symbolSize: [2, 16],
    lineStyle: { color: palette[0], width: 3 },
    itemStyle: { color: palette[0] },
    data: ends.map((end) => [rounded(end), row]),
  }
}

function points(configurations: readonly ConfigurationJudgement[]): ChartOption {
  return {
    type: 'scatter',
    name: 'verdict',
    silent: true,
    symbolSize: 11,
    z: 5,
    data: configurations.flatMap(({ load_line_per_second: line, verdict }, row) => {
      const { symbol, colour } = verdictMarks[verdict]
      const itemStyle = { color: colour, borderColor: paper, borderWidth: 1.5, opacity: 1 }
      return line === null ? [] : [{ value: [rounded(line.value), row], symbol, itemStyle }]
    }),
  }
}

/** The numbers, above each bar and in front of everything, on ground of their own so that no line crosses them out. */
function figures(configurations: readonly ConfigurationJudgement[]): ChartOption {
  const ground = { backgroundColor: paper, padding: [1, 4, 1, 0] }
  return {
    type: 'scatter',
    name: 'figures',
    silent: true,
    symbolSize: 1,
    itemStyle: { color: 'transparent', opacity: 1 },
    z: 7,
    data: configurations.map(({ load_line_per_second: line }, row) => ({
      value: [0, row],
      label: {
        show: true,
        position: 'right',
        offset: [0, -16],
        color: ink,
        fontSize: 12,
        ...ground,
        formatter:
          line === null ? 'no load line found' : `${estimated(line)}/s (${interval(line)})`,
      },
    })),
  }
}
