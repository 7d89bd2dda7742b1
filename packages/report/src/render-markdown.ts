// The answer for a pull request: what a reviewer needs without opening the page.

import { eventsOf } from './event-words.ts'
import type { Verdict } from '@plimsoll/record'
import { count, dollars, estimated, figure, interval, perSecond } from './figures.ts'
import { plainText, table } from './markdown-parts.ts'
import { verdictWords } from './sections/comparisons.ts'
import {
  allCaveats,
  cannotHold,
  missingLineWords,
  partsWords,
  plannedOf,
  repeatCommand,
  scaleWords,
  type Told,
} from './told.ts'

/** With a sign that needs no colour. */
export const signs: Readonly<Record<Verdict, string>> = {
  holds: '● holds',
  fails: '■ fails',
  inconclusive: '◇ inconclusive',
}

/** The answer, load lines, comparisons, caveats and invariants as GitHub-flavoured Markdown. */
export function renderMarkdown(told: Told): string {
  const { judgement, record } = told
  const { plan } = record
  const facts = [
    `**${signs[judgement.verdict]}**`,
    `expected ${perSecond(plan.expected_per_second)}`,
    scaleWords(judgement.scale),
    `seed ${plan.seed}`,
    `plan \`${plan.plan_hash.slice(0, 12)}\``,
  ]
  return `${[
    `## ${plainText(plan.question)}`,
    `**${plainText(judgement.answer)}**`,
    facts.join(' · '),
    ...forbidding(told),
    loadLines(told),
    ...comparisons(told),
    ...saturation(told),
    ...events(told),
    ...caveats(told),
    invariants(told),
    // Indented rather than fenced: no name can end an indented line.
    `### How to repeat\n\n    ${repeatCommand(told.record).replaceAll(/\s+/g, ' ')}`,
  ].join('\n\n')}\n`
}

function loadLines({ judgement, record: { plan } }: Told): string {
  const rows = judgement.configurations.map((each) => {
    const line = each.load_line_per_second
    return [
      `**${plainText(each.name)}**${each.name === judgement.cheapest ? ' (cheapest that holds)' : ''}`,
      plainText(partsWords(plannedOf(plan, each.name))),
      line === null ? missingLineWords(each, judgement.scale) : `**${estimated(line)}/s**`,
      line === null ? '–' : `${interval(line)}/s`,
      each.headroom === null ? '–' : `${figure(each.headroom)} ×`,
      dollars(each.cost_per_hour_usd),
      each.cost_per_million_usd === null ? '–' : dollars(each.cost_per_million_usd),
      signs[each.verdict],
    ]
  })
  return table(
    [
      'configuration',
      'parts',
      'load line:',
      '95 % interval:',
      'headroom:',
      'per hour:',
      'per million actions:',
      'verdict',
    ],
    rows,
  )
}

function comparisons({ judgement }: Told): string[] {
  if (judgement.comparisons.length === 0) return []
  const rows = judgement.comparisons.map(({ a, b, ratio, verdict }) => [
    `${plainText(b)} ÷ ${plainText(a)}`,
    `${estimated(ratio)} ×`,
    `${interval(ratio)} ×`,
    verdictWords[verdict],
  ])
  const heads = ['load lines compared', 'ratio:', '95 % interval:', 'finding']
  return [`### Comparisons\n\n${table(heads, rows)}`]
}

function saturation({ judgement }: Told): string[] {
  const found = judgement.configurations.flatMap(({ name, saturates }) =>
    saturates === null ? [] : [`- **${plainText(name)}**: ${plainText(saturates.words)}`],
  )
  return found.length === 0 ? [] : [`### What saturates first\n\n${found.join('\n')}`]
}

function events(told: Told): string[] {
  const items = eventsOf(told).flatMap(({ name, sentences }) =>
    sentences.map((sentence) => `- **${plainText(name)}**: ${plainText(sentence)}`),
  )
  return items.length === 0 ? [] : [`### Backlog, faults and scaling\n\n${items.join('\n')}`]
}

function forbidding(told: Told): string[] {
  return allCaveats(told)
    .filter(({ caveat }) => caveat.forbids_holds)
    .map(
      ({ configuration, caveat }) =>
        `> **${plainText(cannotHold(configuration))}:** ${plainText(caveat.text)}`,
    )
}

function caveats(told: Told): string[] {
  const others = allCaveats(told).filter(({ caveat }) => !caveat.forbids_holds)
  if (others.length === 0) return []
  const items = others.map(
    ({ configuration, caveat }) => `- ${placed(configuration)}${plainText(caveat.text)}`,
  )
  return [`### Caveats\n\n${items.join('\n')}`]
}

function placed(configuration: string | null): string {
  return configuration === null ? '' : `**${plainText(configuration)}:** `
}

function invariants({ judgement }: Told): string {
  const results = judgement.configurations.flatMap(({ name: configuration, invariants }) =>
    invariants.map((result) => ({ configuration, result })),
  )
  if (results.length === 0) return '### Invariants\n\nNone was checked.'
  const examined = results.reduce((sum, { result }) => sum + result.examined, 0)
  const broken = results.filter(
    ({ result }) => result.lost + result.doubled + result.unexpected + result.stale > 0,
  )
  const open = results.filter(({ result }) => result.unexamined !== undefined)
  if (broken.length === 0 && open.length > 0)
    return `### Invariants\n\nNone is broken of ${count(examined)} promises looked up, but not all could be examined: see the caveats.`
  if (broken.length === 0)
    return `### Invariants\n\nAll hold: ${count(examined)} promises looked up, nothing lost, doubled, unexpected or stale.`
  const rows = broken.map(({ configuration, result }) => [
    plainText(configuration),
    plainText(result.name),
    ...[result.examined, result.lost, result.doubled, result.unexpected, result.stale].map(count),
  ])
  const heads = [
    'broken in',
    'invariant',
    'examined:',
    'lost:',
    'doubled:',
    'unexpected:',
    'stale:',
  ]
  return `### Invariants\n\n${table(heads, rows)}`
}
