// Response times of every action, at the load line and at the expected load. The headline counts a failure
// as infinite; service time and lateness stand beside it for whoever asks where the time went.

import { limitOf } from '@plimsoll/judgement'
import type { Check } from '@plimsoll/record'
import type {
  ActionSummary,
  CheckResult,
  ConfigurationJudgement,
  Quantiles,
} from '@plimsoll/judgement'
import { count, figure } from '../figures.ts'
import { html, type Markup } from '../markup.ts'
import { badge } from '../page/badge.ts'
import { rest, table, type Column } from '../page/table.ts'
import type { Told } from '../told.ts'
import type { Section } from './section.ts'

const quantiles = [
  ['p50', 'p50_ms'],
  ['p90', 'p90_ms'],
  ['p99', 'p99_ms'],
  ['p99.9', 'p999_ms'],
  ['max', 'max_ms'],
] as const

/** Percentiles per configuration and action. */
export function responseTimesSection({ judgement, record: { plan } }: Told): Section {
  const measured = judgement.configurations.filter(
    ({ at_load_line, expected_load }) => at_load_line.length > 0 || expected_load !== null,
  )
  const body = html`<p class="soft">
      In ms. Response time = lateness + service time, from the instant an action was due; an action
      that did not end ok counts as infinite (∞). The limit is the tightest that a check sets for
      the action: what ends ok within it is goodput.
    </p>
    ${measured.length === 0 ? html`<p>No response times were measured.</p>` : measured.map((each) => configurationTimes(each, plan.checks))}`
  return { id: 'response-times', title: 'Response times', body }
}

function configurationTimes(
  configuration: ConfigurationJudgement,
  checks: readonly Check[],
): Markup {
  const { name, at_load_line, expected_load } = configuration
  const expected = new Map(expected_load?.actions.map((action) => [action.action, action]))
  const names = [...new Set([...at_load_line.map(({ action }) => action), ...expected.keys()])]
  const rows = names.map((action) => ({
    action,
    line: at_load_line.find((each) => each.action === action),
    expected: expected.get(action),
  }))
  type Row = (typeof rows)[number]
  const columns = (where: 'line' | 'expected', words: string): Column<Row>[] =>
    (['p50_ms', 'p90_ms', 'p99_ms'] as const).map((key, index) => ({
      title: key.replace('_ms', ''),
      number: true,
      group: index === 0 ? words : rest,
      cell: (row) => quantile(row[where]?.response_time, key),
    }))
  return html`<h3>${name}</h3>
    ${table<Row>({
      caption: `${name}: response time in ms, at the load line and at the expected load`,
      quiet: true,
      rows,
      columns: [
        { title: 'Action', cell: ({ action }) => html`<code>${action}</code>` },
        { title: 'limit', number: true, cell: ({ action }) => limitWords(checks, action) },
        ...columns('line', 'at the load line'),
        ...columns('expected', 'at the expected load'),
      ],
    })}
    ${expected_load !== null && checksTable(name, expected_load.checks)}
    ${details(`${name} at the load line`, at_load_line)}
    ${details(`${name} at the expected load`, expected_load?.actions ?? [])}`
}

/** The tightest limit that a check sets for the action, ms. */
function limitWords(checks: readonly Check[], action: string): string {
  const limit = limitOf(checks, action)
  return Number.isFinite(limit) ? figure(limit) : '–'
}

function quantile(times: Quantiles | undefined, key: keyof Quantiles): string {
  if (times === undefined) return '–'
  const value = times[key]
  return value === null ? '∞' : figure(value)
}

function checksTable(name: string, checks: readonly CheckResult[]): Markup {
  return table<CheckResult>({
    caption: `${name}: checks at the expected load`,
    rows: checks,
    columns: [
      { title: 'Check', cell: ({ check }) => check },
      { title: 'Found', cell: ({ found }) => found },
      { title: 'Verdict', cell: ({ verdict }) => badge(verdict) },
    ],
  })
}

const kinds = [
  ['response time', 'response_time'],
  ['ok only', 'ok_only'],
  ['service time', 'service_time'],
  ['lateness', 'lateness'],
] as const

function details(title: string, actions: readonly ActionSummary[]): Markup {
  if (actions.length === 0) return html``
  const columns = kinds.flatMap(([words, kind]) =>
    quantiles.map(([label, key], index): Column<ActionSummary> => ({
      title: label,
      number: true,
      group: index === 0 ? words : rest,
      cell: (action) => quantile(action[kind], key),
    })),
  )
  const outcomes = (['due', 'ok', 'failed', 'unknown', 'dropped'] as const).map(
    (key): Column<ActionSummary> => ({
      title: key,
      number: true,
      cell: (action) => count(action[key]),
    }),
  )
  return html`<details>
    <summary>Every percentile and outcome: ${title}</summary>
    ${table<ActionSummary>({
      caption: `${title}: outcomes, and percentiles in ms`,
      rows: actions,
      columns: [
        { title: 'Action', cell: ({ action }) => html`<code>${action}</code>` },
        ...outcomes,
        ...columns,
      ],
    })}
  </details>`
}
