// What happened when: the declared phases at the expected load, and the search, of every configuration.

import type { Plan, PlannedPart, RunRecord } from '@plimsoll/record'
import { partsChart, partsHeight } from '../charts/parts-chart.ts'
import { timelineChart, timelineHeight } from '../charts/timeline-chart.ts'
import { counted } from '../figures.ts'
import { html, type Content, type Markup } from '../markup.ts'
import type { ChartAlbum } from '../page/chart-album.ts'
import { tellingExcerpts } from '../excerpt.ts'
import { plannedOf, type Told } from '../told.ts'
import type { Section } from './section.ts'

type Drawn = 'timeline' | 'parts'

/** Rates, response times and sessions over time. */
export function timelineSection(told: Told, album: ChartAlbum): Section {
  const body = html`<p class="soft">
      As measured on this
      machine${told.judgement.scale !== 1 && html` (1:${told.judgement.scale})`}. Shaded: warm-up
      and phases; in a search, steps that held (✓), failed (✕) or showed neither (?).
    </p>
    ${eachConfiguration(told, album, 'timeline')}`
  return { id: 'timeline', title: 'Timeline', body }
}

/** CPU against its limit, throttling and waiting of every part over time. */
export function partsSection(told: Told, album: ChartAlbum): Section {
  const body = html`<p class="soft">
      Dashed red: the limit. A part at its limit that is throttled has saturated; waiting for the
      database pool or the event loop shows where requests queue.
    </p>
    ${eachConfiguration(told, album, 'parts')}`
  return { id: 'parts', title: 'CPU of every part', body }
}

function eachConfiguration({ judgement, record }: Told, album: ChartAlbum, drawn: Drawn): Content {
  const written = judgement.configurations.flatMap(({ name }, index) => {
    const { phases, search, others } = tellingExcerpts(record, name)
    const found = [
      { id: 'phases', excerpt: phases },
      { id: 'search', excerpt: search },
    ]
    // The edge is where parts saturate, so for them the search comes first.
    const shown = (drawn === 'timeline' ? found : found.toReversed()).flatMap(({ id, excerpt }) =>
      excerpt === undefined ? [] : [{ ...excerpt, id: `chart-${drawn}-${index}-${id}` }],
    )
    if (shown.length === 0) return []
    const [first, second] = shown.map((chart, place) =>
      chartOf({ ...chart, drawn, album, scaled: scaledOf(record.plan, name), folded: place > 0 }),
    )
    return [
      html`<h3>${name}</h3>
        ${first}
        ${
          second !== undefined &&
          html`<details>
            <summary>${name}: ${shown[1]?.words}</summary>
            ${second}
          </details>`
        }
        ${others > 0 && html`<p class="soft">${counted(others, 'more run')} of ${name} in the records.</p>`}`,
    ]
  })
  return written.length === 0 ? html`<p>No run was recorded.</p>` : written
}

interface ChartOfOptions {
  readonly run: RunRecord
  readonly words: string
  readonly drawn: Drawn
  readonly album: ChartAlbum
  readonly id: string
  readonly folded: boolean
  /** Autoscaled parts, whose instances are drawn while the phases are played. */
  readonly scaled: readonly PlannedPart[]
}

function scaledOf(plan: Plan, name: string): PlannedPart[] {
  return (plannedOf(plan, name)?.parts ?? []).filter(({ autoscaling }) => autoscaling !== undefined)
}

function chartOf({ run, words, drawn, album, id, folded, ...options }: ChartOfOptions): Markup {
  const timeline = drawn === 'timeline'
  const scaled = run.stretches.some(({ kind }) => kind === 'phase') ? options.scaled : []
  const what = timeline
    ? `Rates, response times${scaled.length === 0 ? ' and sessions' : ', sessions and instances'}`
    : 'CPU, throttling and waiting of every part'
  return album.place({
    id,
    folded,
    option: timeline
      ? timelineChart(run, { ...album.detail, scaled })
      : partsChart(run, album.detail),
    height: timeline ? timelineHeight(scaled) : partsHeight(run),
    label: `${what} of ${run.configuration}: ${words}`,
    caption: `${run.configuration}: ${words}.`,
  })
}
