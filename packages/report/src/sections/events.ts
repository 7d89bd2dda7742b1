// What piled up, broke, scaled and rang.

import { eventsOf } from '../event-words.ts'
import { html } from '../markup.ts'
import type { Told } from '../told.ts'
import type { Section } from './section.ts'

/** Null when there is nothing to tell: most systems have no queue, and most experiments no faults. */
export function eventsSection(told: Told): Section | null {
  const events = eventsOf(told)
  if (events.length === 0) return null
  const body = html`<dl>
    ${events.map(
      ({ name, sentences }) =>
        html`<dt>${name}</dt>
          <dd>
            <ul>
              ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
            </ul>
          </dd>`,
    )}
  </dl>`
  return { id: 'events', title: 'Backlog, faults and scaling', body }
}
