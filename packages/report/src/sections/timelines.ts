// What happened when: the declared phases at the expected load, and the search, of every configuration.

import type { RunRecord } from '@plimsoll/record'
import { partsChart, partsHeight } from '../charts/parts-chart.ts'
import { timelineChart, timelineHeight } from '../charts/timeline-chart.ts'
import { counted } from '../figures.ts'
import { html, type Content, type Markup } from '../markup.ts'
import type { ChartAlbum } from '../page/chart-album.ts'
import { tellingRuns, type Told } from '../told.ts'
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
    const { phases, search, others } = tellingRuns(record, name)
    const draw = (run: RunRecord, words: string) =>
      chartOf({
        run,
        words,
        drawn,
        album,
        id: `chart-${drawn}-${index}-${run === search ? 'search' : 'phases'}`,
      })
    const expected =
      phases !== undefined && draw(phases, 'the declared phases at the expected load')
    const searched = search !== undefined && draw(search, `run ${search.repeat}, the search`)
    if (expected === false && searched === false) return []
    // The edge is where parts saturate, so their CPU is shown for the search first.
    const [first, second, secondWords] =
      drawn === 'timeline' && expected !== false
        ? [expected, searched, 'the search']
        : [
            searched === false ? expected : searched,
            searched === false ? false : expected,
            'the declared phases',
          ]
    return [
      html`<h3>${name}</h3>
        ${first}${
          second !== false &&
          html`<details>
            <summary>${name}: ${secondWords}</summary>
            ${second}
          </details>`
        }${others > 0 && html`<p class="soft">${counted(others, 'more run')} of ${name} in the records.</p>`}`,
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
}

function chartOf({ run, words, drawn, album, id }: ChartOfOptions): Markup {
  const timeline = drawn === 'timeline'
  const what = timeline
    ? 'Rates, response times and sessions'
    : 'CPU, throttling and waiting of every part'
  return album.place({
    id,
    option: timeline ? timelineChart(run) : partsChart(run),
    height: timeline ? timelineHeight : partsHeight,
    label: `${what} of ${run.configuration}: ${words}`,
    caption: `${run.configuration}: ${words}.`,
  })
}
