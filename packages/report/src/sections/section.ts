// A section of the page: a heading that can be linked to, and what follows it.

import { html, type Content, type Markup } from '../markup.ts'

export interface Section {
  readonly id: string
  /** In the page's table of contents. */
  readonly title: string
  readonly body: Content
}

/** The section as HTML. */
export function sectionMarkup({ id, title, body }: Section): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${body}
  </section> `
}
