// Two experiments side by side as Markdown: for a terminal, and for the pull request whose change lies between them.

import type { BeforeAndAfter, ExperimentComparison } from '@plimsoll/judgement'
import { estimated, interval } from './figures.ts'
import { plainText, table } from './markdown-parts.ts'
import { signs } from './render-markdown.ts'
import { verdictWords } from './sections/comparisons.ts'

export interface ComparedPlaces {
  /** Where the records are. */
  readonly before: string
  readonly after: string
  readonly comparison: ExperimentComparison
}

/** Load lines before and after, their ratios, and what else differs. */
export function renderComparison({ before, after, comparison }: ComparedPlaces): string {
  const { configurations, only_before, only_after } = comparison
  const heads = [
    'configuration',
    'before:',
    'after:',
    'after ÷ before:',
    'interval of the repeats:',
    'finding',
    'verdicts',
  ]
  const told = [
    ...configurations.flatMap(({ name, broken }) =>
      broken.map((what) => `- **${plainText(name)}**: ${plainText(what)}.`),
    ),
    ...only_before.map((name) => `- **${plainText(name)}** is in the first only.`),
    ...only_after.map((name) => `- **${plainText(name)}** is in the second only.`),
  ]
  return `${[
    '## Load lines before and after',
    `Before: ${plainText(before)}  \nAfter: ${plainText(after)}`,
    ...(configurations.length === 0 ? [] : [table(heads, configurations.map(row))]),
    ...(told.length === 0 ? [] : [told.join('\n')]),
    ...section('Not the same was asked, so no ratio is drawn', comparison.asked_differently),
    ...section('What else differs', comparison.ran_differently),
    'The interval is that of the repeats. The two were not played in turn: a machine that was slower the second time looks like a system that is.',
  ].join('\n\n')}\n`
}

function row({ name, before, after, comparison }: BeforeAndAfter): string[] {
  const line = (one: typeof before) =>
    one.load_line_per_second === null ? 'none' : `${estimated(one.load_line_per_second)}/s`
  const verdicts = [before.verdict, after.verdict].map((verdict) => signs[verdict]).join(' → ')
  const found =
    comparison === null
      ? ['–', '–', 'not compared']
      : [
          `${estimated(comparison.ratio)} ×`,
          `${interval(comparison.ratio)} ×`,
          verdictWords[comparison.verdict],
        ]
  return [`**${plainText(name)}**`, line(before), line(after), ...found, verdicts]
}

function section(title: string, facts: readonly string[]): string[] {
  if (facts.length === 0) return []
  return [`### ${title}\n\n${facts.map((fact) => `- ${plainText(fact)}`).join('\n')}`]
}
