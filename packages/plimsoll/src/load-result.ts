// What a load has found: as a table, as JSON, and for every other output.

import { summariseActions } from '@plimsoll/judgement'
import type { Check, RunRecord } from '@plimsoll/record'
import { actionTable, type PlayedPhase } from './action-table.ts'
import type { Claim, ToldResult } from './outputs/told-result.ts'
import { levelClaims } from './service-levels.ts'

export function loadResult(run: RunRecord, levels: readonly Check[]): ToldResult {
  const claims = [...levelClaims(levels, run), livedToTheirEnd(run)]
  return {
    name: `load ${run.configuration}`,
    started_at: run.started_at,
    runs: [run],
    claims,
    gauges: [],
    json: () => jsonText(run, claims),
    markdown: () => markdownText(run, claims),
    html: null,
  }
}

/** The table, what was claimed, and reasons to trust it less. */
export function loadText(run: RunRecord, { claims }: ToldResult): string {
  const told = claims.filter(({ group }) => group !== sessionsGroup).map(claimText)
  return [
    actionTable({ phases: measuredPhases(run), record: run }),
    ...(told.length === 0 ? [] : [`Service levels:\n${told.join('')}`]),
    ...run.caveats.map(({ text }) => `${text}\n`),
  ].join('')
}

const sessionsGroup = 'sessions'

/** A persona that threw shows nothing of what it did not do. */
function livedToTheirEnd({ sessions }: RunRecord): Claim {
  const { started, cut_short, errors } = sessions
  const found =
    cut_short === 0
      ? `${started} sessions`
      : `${cut_short} of ${started} were cut short: ${errors.join('; ')}`
  const verdict = cut_short === 0 ? 'holds' : 'fails'
  return { group: sessionsGroup, claim: 'every session lives to its end', verdict, found }
}

function measuredPhases(run: RunRecord): PlayedPhase[] {
  return run.stretches
    .filter(({ measured }) => measured)
    .map((stretch) => ({ name: stretch.name, actions: summariseActions([{ run, stretch }]) }))
}

/** The figures of all measured phases together, then of each. */
function jsonText(run: RunRecord, claims: readonly Claim[]): string {
  const measured = run.stretches.filter((stretch) => stretch.measured)
  const actions = summariseActions(measured.map((stretch) => ({ run, stretch })))
  const { sessions, reasons, caveats } = run
  const result = { actions, phases: measuredPhases(run), sessions, reasons, claims, caveats }
  return `${JSON.stringify(result, undefined, 2)}\n`
}

function claimText({ group, claim, verdict, found }: Claim): string {
  return `  ${verdict}: ${claim} in ${group} (${found})\n`
}

function markdownText(run: RunRecord, claims: readonly Claim[]): string {
  const rows = measuredPhases(run).flatMap(({ name, actions }) =>
    actions.map(({ action, due, ok, failed, unknown, dropped, response_time: times }) => [
      name,
      `\`${action}\``,
      ...[due, ok, failed, unknown, dropped].map(String),
      ...[times.p50_ms, times.p90_ms, times.p99_ms, times.max_ms].map(milliseconds),
    ]),
  )
  const head =
    'phase action due ok failed unknown dropped p50&nbsp;ms p90&nbsp;ms p99&nbsp;ms max&nbsp;ms'.split(
      ' ',
    )
  const align = head.map((_, n) => (n < 2 ? '---' : '---:'))
  const table = [head, align, ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`)
  return [
    `## Load \`${run.configuration}\``,
    '',
    'Response time counts from when an action was due; what is not ok counts as infinite (–).',
    '',
    ...table,
    '',
    ...claims.map(
      ({ group, claim, verdict, found }) => `- **${verdict}**: ${claim} in ${group} (${found})`,
    ),
    ...run.caveats.map(({ text }) => `- ${text}`),
    '',
  ].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`)
}

function milliseconds(value: number | null): string {
  return value === null ? '–' : value.toFixed(value < 10 ? 2 : 1)
}
