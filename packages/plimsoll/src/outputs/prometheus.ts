// The figures as Prometheus text: for a text-file collector, or to look at.

import type { SessionCounts } from '@plimsoll/record'
import { RunTotals } from './run-totals.ts'
import type { Claim, ToldResult } from './told-result.ts'

type Labels = Readonly<Record<string, string>>

export const outcomes = ['ok', 'failed', 'unknown', 'dropped'] as const
export const sessionStates = ['started', 'ended', 'cut_short', 'dropped'] as const
const quantiles = [0.5, 0.9, 0.95, 0.99, 0.999]

export function prometheusText(result: ToldResult): string {
  const actions: string[] = []
  const times: string[] = []
  const sessions: string[] = []
  for (const run of result.runs) {
    const place = { configuration: run.configuration, repeat: String(run.repeat) }
    for (const total of new RunTotals(run).now()) {
      const { repeat, phase, action } = total
      const labels = { ...place, repeat: String(repeat), phase, action }
      for (const outcome of outcomes) {
        actions.push(line('plimsoll_actions_total', { ...labels, outcome }, total[outcome]))
      }
      const { response_time: found, due } = total
      const infinite = Math.max(0, due - found.count)
      for (const q of quantiles) {
        const value = found.quantileWith({ q, infinite }) / 1e6
        times.push(
          line('plimsoll_response_time_seconds', { ...labels, quantile: String(q) }, value),
        )
      }
      const sum = found.count === 0 ? 0 : (found.mean_us * found.count) / 1e6
      times.push(line('plimsoll_response_time_seconds_sum', labels, sum))
      times.push(line('plimsoll_response_time_seconds_count', labels, found.count))
    }
    sessions.push(...sessionLines(run.sessions, place))
  }
  return [
    ...family(
      'plimsoll_actions_total',
      'counter',
      'Actions that were due, by how they ended.',
      actions,
    ),
    ...family(
      'plimsoll_response_time_seconds',
      'summary',
      'From when an action was due until it was done; what is not ok counts as infinite in the quantiles.',
      times,
    ),
    ...family('plimsoll_sessions_total', 'counter', 'Sessions, by what became of them.', sessions),
    ...family(
      'plimsoll_claim_holds',
      'gauge',
      '1 holds, 0 fails, NaN inconclusive.',
      result.claims.map(claimLine),
    ),
    ...gaugeLines(result),
    '',
  ].join('\n')
}

function sessionLines(sessions: SessionCounts, place: Labels): string[] {
  return sessionStates.map((state) =>
    line('plimsoll_sessions_total', { ...place, state }, sessions[state]),
  )
}

function claimLine({ group, claim, verdict }: Claim): string {
  const value = { holds: 1, fails: 0, inconclusive: NaN }[verdict]
  return line('plimsoll_claim_holds', { group, claim }, value)
}

function gaugeLines({ gauges }: ToldResult): string[] {
  return [...Map.groupBy(gauges, ({ name }) => name)].flatMap(([name, own]) => {
    const lines = own.map(({ labels, value }) => line(name, labels, value))
    return family(name, 'gauge', own[0]!.help, lines)
  })
}

function family(name: string, type: string, help: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines]
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  const number = Number.isNaN(value) ? 'NaN' : value === Infinity ? '+Inf' : String(value)
  return `${name}{${pairs.join(',')}} ${number}`
}

function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)
}
