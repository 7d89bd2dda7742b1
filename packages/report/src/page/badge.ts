// Verdicts as word and shape: circle with a tick, square with a cross, hollow diamond with a dash.

import type { Verdict } from '@plimsoll/record'
import { html, trusted, type Markup } from '../markup.ts'

const shapes: Readonly<Record<Verdict, Markup>> = {
  holds: trusted(
    '<circle cx="10" cy="10" r="9" fill="currentColor"/><path d="m5.8 10.4 2.9 2.9 5.6-6" fill="none" stroke="var(--paper)" stroke-width="2"/>',
  ),
  fails: trusted(
    '<rect x="1.5" y="1.5" width="17" height="17" rx="2" fill="currentColor"/><path d="m6 6 8 8m0-8-8 8" fill="none" stroke="var(--paper)" stroke-width="2"/>',
  ),
  inconclusive: trusted(
    '<path d="M10 1.8 18.2 10 10 18.2 1.8 10Z" fill="none" stroke="currentColor" stroke-width="2.2"/><path d="M6.3 10h7.4" stroke="currentColor" stroke-width="2.2"/>',
  ),
}

/** A verdict that can be told without colour. */
export function badge(verdict: Verdict): Markup {
  return html`<span class="badge ${verdict}"
    ><svg viewBox="0 0 20 20" aria-hidden="true">${shapes[verdict]}</svg>${verdict}</span
  >`
}

/** The load-line mark of a ship's hull: a ring with a line through it. */
export const plimsollMark: Markup = trusted(
  '<svg viewBox="0 0 28 20" aria-hidden="true"><circle cx="14" cy="10" r="7.5" fill="none" stroke="currentColor" stroke-width="2"/><path d="M1 10h26" stroke="currentColor" stroke-width="2"/></svg>',
)

/** The same mark for the browser's tab. */
export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28" fill="none" stroke="#0067a5" stroke-width="3"><circle cx="14" cy="14" r="8"/><path d="M1 14h26"/></svg>'
