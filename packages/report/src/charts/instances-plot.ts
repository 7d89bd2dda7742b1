// How many instances of an autoscaled part there were and how many its load needed, with the moments in which more
// were asked for and arrived.

import { instanceSeconds } from '@plimsoll/judgement'
import type { InstanceLife, PlannedPart, RunRecord } from '@plimsoll/record'
import { dashes, format, ink, palette, soft, steady, type ChartOption } from './chart-option.ts'
import type { Plot } from './stacked-plots.ts'

/** The names of its lines. */
export function instanceLines(part: string): readonly [string, string] {
  return [`${part} instances`, `${part} needed`]
}

export function instancesPlot(part: string): Plot {
  return { title: `instances of ${part}: there, needed`, height: 90, axis: { minInterval: 1 } }
}

/** Two stepped lines in the plot of that number. */
export function instancesSeries(
  run: RunRecord,
  { part, plot, areas }: { part: PlannedPart; plot: number; areas: ChartOption },
): ChartOption[] {
  const seconds = instanceSeconds(run, part)
  const [there, needed] = instanceLines(part.part)
  const line = {
    ...steady,
    type: 'line',
    step: 'end',
    xAxisIndex: plot,
    yAxisIndex: plot,
    symbol: 'none',
    tooltip: { valueFormatter: format('plain') },
  }
  return [
    {
      ...line,
      name: there,
      color: palette[0],
      lineStyle: { width: 2 },
      areaStyle: { opacity: 0.12 },
      data: seconds.map((one) => [one.second, one.there]),
      markLine: arrivals((run.instances ?? []).filter((life) => life.part === part.part)),
      ...areas,
    },
    {
      ...line,
      name: needed,
      color: ink,
      lineStyle: { width: 1.2, type: dashes[2] },
      data: seconds.map((one) => [one.second, one.needed]),
    },
  ]
}

/** `+4 asked`, `+4 ready`: one mark for those that came together. */
function arrivals(lives: readonly InstanceLife[]): ChartOption {
  const marks = (words: string, of: (life: InstanceLife) => number | null) =>
    [...Map.groupBy(lives, (life) => secondOf(of(life)))].flatMap(([xAxis, own]) =>
      xAxis === null ? [] : [{ xAxis, name: `+${own.length} ${words}` }],
    )
  return {
    silent: true,
    symbol: 'none',
    lineStyle: { color: soft, type: [3, 3], width: 1 },
    label: { formatter: '{b}', color: soft, fontSize: 11, position: 'insideEndTop' },
    data: [
      ...marks('asked', (life) => life.asked_second),
      ...marks('ready', (life) => life.booted_second),
    ],
  }
}

function secondOf(second: number | null): number | null {
  return second === null ? null : Math.floor(second)
}
