// The report as one HTML file that needs nothing else: no network, no fonts, no scripts but its own. The
// answer comes first; below it, in falling order of interest, everything a reader could ask next.

import { echartsSource } from './charts/echarts-build.ts'
import { dollars, perSecond } from './figures.ts'
import { eventsSection } from './sections/events.ts'
import { html, textOf, trusted, type Markup } from './markup.ts'
import { badge, icon, plimsollMark } from './page/badge.ts'
import { ChartAlbum, type Detail } from './page/chart-album.ts'
import { pageScript } from './page/page-script.ts'
import { pageStyle } from './page/page-style.ts'
import { comparisonsSection, saturationSection } from './sections/comparisons.ts'
import { laddersSection } from './sections/ladders.ts'
import { loadLinesSection } from './sections/load-lines.ts'
import { methodologySection } from './sections/methodology.ts'
import { responseTimesSection } from './sections/response-times.ts'
import { sectionMarkup, type Section } from './sections/section.ts'
import { partsSection, timelineSection } from './sections/timelines.ts'
import {
  alarm,
  caveatsSection,
  environmentSection,
  invariantsSection,
  repeatSection,
} from './sections/trust.ts'
import { scaleWords, type Told } from './told.ts'

/** Nothing may be fetched: even a mistake of ours could not reach the network. */
const policy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

const most_bytes = 3_000_000
/** The first that gives a page small enough is taken. */
const details: readonly Detail[] = [
  { points: 240, foldedStills: true },
  { points: 120, foldedStills: false },
  { points: 40, foldedStills: false },
]

/** The whole report as one self-contained HTML page, at most 3 MB up to thirty configurations or so. */
export function renderHtml(told: Told): string {
  let page = ''
  for (const detail of details) {
    page = pageText(told, new ChartAlbum(detail))
    if (Buffer.byteLength(page) <= most_bytes) break
  }
  return page
}

function pageText(told: Told, album: ChartAlbum): string {
  const events = eventsSection(told)
  const sections: readonly Section[] = [
    loadLinesSection(told, album),
    comparisonsSection(told),
    saturationSection(told),
    ...(events === null ? [] : [events]),
    responseTimesSection(told),
    timelineSection(told, album),
    partsSection(told, album),
    laddersSection(told, album),
    methodologySection(told),
    invariantsSection(told),
    environmentSection(told),
    caveatsSection(told),
    repeatSection(told),
  ]
  const { plan, environment } = told.record
  return textOf(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta http-equiv="Content-Security-Policy" content="${policy}" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="generator" content="Plimsoll ${environment.plimsoll_version}" />
          <title>${plan.question} · Plimsoll</title>
          <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}" />
          <style>
            ${trusted(pageStyle)}
          </style>
        </head>
        <body>
          ${headerMarkup(told, sections)}
          <main>${sections.map(sectionMarkup)}</main>
          <footer>
            Plimsoll ${environment.plimsoll_version}. Charts by Apache ECharts (Apache License 2.0),
            inlined; this page fetches nothing.
          </footer>
          ${album.data()}
          <script>
            ${trusted(echartsSource())}
          </script>
          <script>
            ${trusted(pageScript())}
          </script>
        </body>
      </html> `,
  )
}

function headerMarkup(told: Told, sections: readonly Section[]): Markup {
  const { judgement, record } = told
  const { plan, runs } = record
  const cheapest = judgement.configurations.find(({ name }) => name === judgement.cheapest)
  return html`<header>
    <div class="mark">
      ${plimsollMark}<span>Plimsoll</span
      ><small>${plan.system} · ${runs[0]?.started_at.slice(0, 10) ?? 'no runs'}</small>
    </div>
    <p class="question">${plan.question}</p>
    <h1 ${judgement.answer.length > 110 && trusted('class="long"')}>${judgement.answer}</h1>
    <div class="summary">
      ${badge(judgement.verdict)}<span>expected ${perSecond(plan.expected_per_second)}</span
      ><span>${scaleWords(judgement.scale)}</span>${
        cheapest !== undefined &&
        html`<span
          >cheapest that holds: ${cheapest.name}, ${dollars(cheapest.cost_per_hour_usd)} per
          hour</span
        >`
      }
    </div>
    ${alarm(told)}
    <nav aria-label="Contents">
      <ul>
        ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
      </ul>
    </nav>
  </header>`
}
