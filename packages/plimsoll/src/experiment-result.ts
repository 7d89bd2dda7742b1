// What an experiment has found, for every output.

import { resultJson, type Judgement } from '@plimsoll/judgement'
import type { ExperimentRecord } from '@plimsoll/record'
import { renderHtml, renderMarkdown } from '@plimsoll/report'
import type { Claim, Gauge, ToldResult } from './outputs/told-result.ts'

export function experimentResult(
  judgement: Judgement,
  record: ExperimentRecord,
): ToldResult & { readonly html: () => string } {
  const { plan, runs } = record
  return {
    name: plan.experiment,
    started_at: runs[0]?.started_at ?? '',
    runs,
    claims: judgement.configurations.flatMap((one) => claimsOf(one, plan.expected_per_second)),
    gauges: judgement.configurations.flatMap(gaugesOf),
    json: () => `${JSON.stringify(resultJson(judgement, plan), undefined, 2)}\n`,
    markdown: () => renderMarkdown({ judgement, record }),
    html: () => renderHtml({ judgement, record }),
  }
}

type Judged = Judgement['configurations'][number]

function claimsOf(judged: Judged, expected: number): Claim[] {
  const { name: group, verdict, load_line_per_second: line, expected_load } = judged
  const found =
    line === null
      ? 'no load line was found'
      : `${Math.round(line.value)} (${Math.round(line.low)}–${Math.round(line.high)}) actions per second`
  const checks = expected_load?.checks ?? []
  return [
    { group, claim: `carries ${expected} actions per second`, verdict, found },
    ...checks.map(({ check, verdict, found }) => ({ group, claim: check, verdict, found })),
  ]
}

function gaugesOf({ name, load_line_per_second: line, cost_per_hour_usd }: Judged): Gauge[] {
  const labels = { configuration: name }
  const cost = {
    name: 'plimsoll_cost_per_hour_usd',
    help: 'List price of the configuration.',
    labels,
    value: cost_per_hour_usd,
  }
  if (line === null) return [cost]
  const help = 'Load line in actions per second at full size, with its 95 % interval.'
  const lines = Object.entries(line).map(([bound, value]) => ({
    name: 'plimsoll_load_line_per_second',
    help,
    labels: { ...labels, bound },
    value,
  }))
  return [...lines, cost]
}
