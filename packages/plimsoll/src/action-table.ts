// What each action did, phase by phase, as a table of text that reads well in a terminal and pipes.

import type { ActionSummary } from '@plimsoll/judgement'
import type { RunRecord } from '@plimsoll/record'

type Row = readonly string[]

const head: Row = [
  'action',
  'due',
  'ok',
  'failed',
  'unknown',
  'dropped',
  'p50 ms',
  'p90 ms',
  'p99 ms',
  'max ms',
  'service p99 ms',
  'lateness p99 ms',
]

/** What one phase did. */
export interface PlayedPhase {
  readonly name: string
  readonly actions: readonly ActionSummary[]
}

/** Counts and times by action of each phase, then sessions, reasons and errors of personas. */
export function actionTable({
  phases,
  record,
}: {
  readonly phases: readonly PlayedPhase[]
  readonly record: RunRecord
}): string {
  const rows = [head, ...phases.flatMap((phase) => rowsOf(phase, phases.length > 1))]
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const table = rows.map((row) =>
    row
      .map((cell, n) => (n === 0 ? cell.padEnd(widths[n]!) : cell.padStart(widths[n]!)))
      .join('  ')
      .trimEnd(),
  )
  const { started, ended, cut_short, dropped, errors } = record.sessions
  const sessions = `Sessions: ${started} started, ${ended} ended, ${cut_short} cut short, ${dropped} dropped.`
  const reasons = record.reasons
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 10)
    .map(({ action, outcome, reason, count }) => `  ${count} × ${action} ${outcome}: ${reason}`)
  return [
    'Response time counts from when an action was due; what is not ok counts as infinite (–).',
    '',
    table.join('\n'),
    '',
    sessions,
    ...(reasons.length > 0 ? ['Not ok:', ...reasons] : []),
    ...(errors.length > 0 ? ['Personas that threw:', ...errors.map((error) => `  ${error}`)] : []),
    '',
  ].join('\n')
}

/** The name of a phase stands above its actions where there are several phases. */
function rowsOf({ name, actions }: PlayedPhase, isNamed: boolean): Row[] {
  const rows = actions.map(rowOf)
  if (!isNamed) return rows
  const heading = head.map((_, column) => (column === 0 ? name : ''))
  return [heading, ...rows.map(([action = '', ...cells]) => [`  ${action}`, ...cells])]
}

function rowOf(summary: ActionSummary): Row {
  const { action, due, ok, failed, unknown, dropped, response_time, service_time, lateness } =
    summary
  const counts = [due, ok, failed, unknown, dropped].map(String)
  const { p50_ms, p90_ms, p99_ms, max_ms } = response_time
  const times = [p50_ms, p90_ms, p99_ms, max_ms, service_time.p99_ms, lateness.p99_ms]
  return [action, ...counts, ...times.map(milliseconds)]
}

function milliseconds(value: number | null): string {
  return value === null ? '–' : value.toFixed(value < 10 ? 2 : 1)
}
