// Where the steps and phases of a run begin and end, as shaded areas behind its time series.

import type { FaultRecord, RunRecord, StretchRecord } from '@plimsoll/record'
import { bad, doubt, good, soft, type ChartOption } from './chart-option.ts'

const marks = { holds: '✓', fails: '✕', inconclusive: '?' } as const
const shades = { holds: good, fails: bad, inconclusive: doubt } as const

/** Shaded areas for a series' `markArea`; with labels on the topmost plot only. */
export function stretchAreas(
  { stretches, faults = [] }: Pick<RunRecord, 'stretches' | 'faults'>,
  { labelled }: { labelled: boolean },
): ChartOption {
  return {
    silent: true,
    label: { show: labelled, color: soft, fontSize: 11, position: 'insideTop', distance: 3 },
    data: [
      ...stretches.map((stretch, index) => [
        {
          name: labelOf(stretch),
          xAxis: stretch.from_second,
          itemStyle: { color: shadeOf(stretch), opacity: opacityOf(stretch, index) },
        },
        { xAxis: stretch.to_second },
      ]),
      ...faults.flatMap(faultBand),
    ],
  }
}

/** From when it was seen to have hit until it was healed. */
function faultBand({ kind, part, to, began_second, healed_second }: FaultRecord): ChartOption[][] {
  if (began_second === null) return []
  const name = `✂ ${kind} ${to === undefined ? part : `${part} → ${to}`}`
  return [
    [
      { name, xAxis: began_second, itemStyle: { color: bad, opacity: 0.22 } },
      { xAxis: healed_second ?? began_second },
    ],
  ]
}

function labelOf({ kind, name, verdict }: StretchRecord): string {
  if (kind === 'step') return verdict === undefined ? '' : marks[verdict]
  return kind === 'warm-up' ? '' : name
}

function shadeOf({ kind, verdict }: StretchRecord): string {
  return kind === 'step' && verdict !== undefined ? shades[verdict] : soft
}

function opacityOf({ kind, verdict }: StretchRecord, index: number): number {
  if (kind === 'warm-up') return 0.16
  if (kind === 'step' && verdict !== undefined) return 0.1
  return index % 2 === 0 ? 0.04 : 0.09
}
