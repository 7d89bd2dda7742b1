// Every rate that was tried, so that a reader can see how the load line was found.

import type { ConfigurationJudgement, RungResult } from '@plimsoll/judgement'
import { ladderChart, ladderHeight } from '../charts/ladder-chart.ts'
import { count, figure } from '../figures.ts'
import { html, type Markup } from '../markup.ts'
import type { ChartAlbum } from '../page/chart-album.ts'
import { table } from '../page/table.ts'
import type { Told } from '../told.ts'
import type { Section } from './section.ts'

/** The rungs of every configuration: chart, and table to unfold. */
export function laddersSection(told: Told, album: ChartAlbum): Section {
  const climbed = told.judgement.configurations.filter(({ rungs }) => rungs.length > 0)
  const body = html`<p class="soft">
      The load line is the rate at which half of the steps hold. Rates as asked, at full size.
      Black: the load line; shaded: its 95&nbsp;% interval.
    </p>
    ${
      climbed.length === 0
        ? html`<p>No rate was tried.</p>`
        : html`<div class="pair">
            ${climbed.map((each, index) => ladder(told, album, each, index))}
          </div>`
    }`
  return { id: 'ladder', title: 'The ladder', body }
}

function ladder(
  { judgement, record }: Told,
  album: ChartAlbum,
  configuration: ConfigurationJudgement,
  index: number,
): Markup {
  const { name, rungs } = configuration
  return html`<div>
    <h3>${name}</h3>
    ${album.place({
      id: `chart-ladder-${index}`,
      option: ladderChart({ configuration, plan: record.plan }),
      height: ladderHeight,
      width: 420,
      label: `Rates tried for ${name}: p99 and share of steps that held at each`,
    })}
    <details>
      <summary>${name}: every rung</summary>
      ${table<RungResult>({
        caption: `${name}: steps per rung. Goodput: what ended ok within the service level. p99 over all steps, failures counted as infinite`,
        rows: rungs,
        columns: [
          { title: 'Rung', cell: ({ rung }) => count(rung) },
          {
            title: 'Actions/s at full size',
            number: true,
            cell: ({ actions_per_second }) => figure(actions_per_second * judgement.scale),
          },
          {
            title: 'Goodput/s',
            number: true,
            cell: ({ goodput_per_second }) => figure(goodput_per_second * judgement.scale),
          },
          { title: 'held', number: true, cell: ({ held }) => count(held) },
          { title: 'failed', number: true, cell: ({ failed }) => count(failed) },
          { title: 'neither', number: true, cell: ({ inconclusive }) => count(inconclusive) },
          {
            title: 'p99, ms',
            number: true,
            cell: ({ p99_ms }) => (p99_ms === null ? '∞' : figure(p99_ms)),
          },
        ],
      })}
    </details>
  </div>`
}
