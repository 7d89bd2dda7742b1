// Configurations side by side, and what runs out first in each.

import type { Comparison } from '@plimsoll/judgement'
import { estimated, interval, percentage } from '../figures.ts'
import { html } from '../markup.ts'
import { table } from '../page/table.ts'
import type { Told } from '../told.ts'
import type { Section } from './section.ts'

/** Ratios of load lines with their intervals. */
export function comparisonsSection({ judgement }: Told): Section {
  const compared = table<Comparison>({
    caption:
      'Ratio of load lines, with 95\u00a0% intervals; differences inside an interval are not ranked',
    cards: true,
    rows: judgement.comparisons,
    columns: [
      { title: 'Configuration', cell: ({ b }) => b },
      { title: 'compared with', cell: ({ a }) => a },
      {
        title: 'carries',
        number: true,
        cell: ({ ratio }) =>
          html`<strong>${estimated(ratio)} ×</strong><small>${interval(ratio)} ×</small>`,
      },
      { title: 'Finding', cell: ({ verdict }) => verdictWords[verdict] },
    ],
  })
  const body =
    judgement.comparisons.length === 0
      ? html`<p>No ratio is printed: there are no two load lines that may be compared.</p>`
      : compared
  return { id: 'comparisons', title: 'Comparisons', body }
}

/** What a comparison found, with a sign that needs no colour. */
export const verdictWords: Readonly<Record<Comparison['verdict'], string>> = {
  better: '▲ carries more',
  worse: '▼ carries less',
  'no difference shown': '= no difference shown',
}

/** One sentence per configuration about what stops it. */
export function saturationSection({ judgement }: Told): Section {
  const items = judgement.configurations.map(
    ({ name, saturates }) =>
      html`<dt>${name}</dt>
        <dd>
          ${
            saturates === null
              ? 'Nothing was seen to run out.'
              : html`<strong>${saturates.part}</strong> (${percentage(saturates.busy_share)} busy).
                  ${saturates.words}`
          }
        </dd>`,
  )
  return { id: 'saturation', title: 'What saturates first', body: html`<dl>${items}</dl>` }
}
