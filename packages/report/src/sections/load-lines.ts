// The answer, large: what each configuration carries, for how much, and what stops it.

import type { ConfigurationJudgement } from '@plimsoll/judgement'
import { loadLineChart } from '../charts/load-line-chart.ts'
import { dollars, estimated, figure, interval, perSecond } from '../figures.ts'
import { html, type Markup } from '../markup.ts'
import { badge } from '../page/badge.ts'
import type { ChartAlbum } from '../page/chart-album.ts'
import { table } from '../page/table.ts'
import { missingLineWords, partsWords, plannedOf, scaleWords, type Told } from '../told.ts'
import type { Section } from './section.ts'

/** Chart and table of load lines, headroom, cost and verdicts. */
export function loadLinesSection(told: Told, album: ChartAlbum): Section {
  const { judgement, record } = told
  const { plan } = record
  const label = `Load line of each configuration with its 95\u00a0% interval; expected ${perSecond(plan.expected_per_second)}`
  const body = html`<p class="soft">
      The load line is the highest rate at which every check holds, in actions per second,
      ${scaleWords(judgement.scale)}, with its 95&nbsp;% interval.
    </p>
    ${album.place({
      id: 'chart-load-lines',
      option: loadLineChart({ judgement, expected_per_second: plan.expected_per_second }),
      height: 66 + 62 * judgement.configurations.length,
      label,
      caption:
        'Bar and mark: load line. Thick line: 95\u00a0% interval. ● holds, ■ fails, ◆ inconclusive.',
    })}
    ${loadLineTable(told)}`
  return { id: 'load-lines', title: 'Load lines', body }
}

function loadLineTable({ judgement, record: { plan } }: Told): Markup {
  const { cheapest, scale } = judgement
  return table<ConfigurationJudgement>({
    caption: `Load lines against the expected ${perSecond(plan.expected_per_second)}`,
    cards: true,
    rows: judgement.configurations,
    columns: [
      {
        title: 'Configuration',
        cell: ({ name }) =>
          html`${name}${name === cheapest && html`<small class="pick">cheapest that holds</small>`}<small
              class="soft"
              >${partsWords(plannedOf(plan, name))}</small
            >`,
      },
      { title: 'Load line', number: true, cell: (each) => lineCell(each, scale) },
      {
        title: 'Headroom',
        number: true,
        cell: ({ headroom }) => (headroom === null ? '–' : `${figure(headroom)} ×`),
      },
      { title: 'Cost per hour', number: true, cell: (each) => dollars(each.cost_per_hour_usd) },
      {
        title: 'Cost per million actions',
        number: true,
        cell: ({ cost_per_million_usd: cost }) => (cost === null ? '–' : dollars(cost)),
      },
      { title: 'What saturates first', cell: saturationCell },
      { title: 'Verdict', cell: ({ verdict }) => badge(verdict) },
    ],
  })
}

function lineCell(each: ConfigurationJudgement, scale: number): Markup | string {
  const { load_line_per_second: line, sessions_per_second: sessions } = each
  if (line === null) return missingLineWords(each, scale)
  return html`<strong>${estimated(line)}/s</strong><small>${interval(line)}/s</small>${
      sessions !== null && html`<small>${estimated(sessions)} sessions/s</small>`
    }${goodputCell(each, scale)}`
}

/** What ended ok within the service level at the highest rate of which most steps held. */
function goodputCell({ rungs }: ConfigurationJudgement, scale: number): Markup | false {
  const top = rungs.findLast(({ held, failed, inconclusive }) => held > failed + inconclusive)
  if (top === undefined) return false
  return html`<small>goodput ${figure(top.goodput_per_second * scale)}/s</small>`
}

const resources = {
  cpu: 'CPU',
  pool: 'connection pool',
  'event-loop': 'event loop',
  backlog: 'backlog',
} as const

function saturationCell({ saturates }: ConfigurationJudgement): string {
  return saturates === null ? '–' : `${saturates.part}: ${resources[saturates.resource]}`
}
