// Ten thousand open tabs on one instance: three polls each every five seconds, each tab on a connection of its own.

import { fileURLToPath } from 'node:url'
import { openTabs as all } from '../../systems/helpdesk/people.ts'
import { openTabs } from '../../systems/helpdesk/workload.ts'
import { figuresOf, playPhase, startLoad, told, type Figures } from '../load.ts'

export const workloads = fileURLToPath(
  new URL('../../systems/helpdesk/workload.ts', import.meta.url),
)

export interface OpenTabs extends Figures {
  readonly asked: number
  /** Open at the end. */
  readonly tabs: number
}

/** Of the polls that so many tabs make; with fewer, nothing was measured. */
export const leastShareOfPolls = 0.95
const polls_per_tab_second = 3 / 5

/** Opens the tabs one after the other, then measures. */
export async function measureOpenTabs(options: {
  url: string
  tabs: number
  seconds: { opening: number; open: number }
  say: (line: string) => void
}): Promise<OpenTabs> {
  const { url, tabs, seconds, say } = options
  const source = { file: workloads, select: 'openTabs', workload: openTabs }
  await using load = await startLoad(source, { url, say })
  const level = tabs / all
  const opening = { phase: 'opening', seconds: seconds.opening, level, first_session: 0 }
  say(`tabs open: ${told(figuresOf(await playPhase(load, opening)))}`)
  const open = { phase: 'open', seconds: seconds.open, level, first_session: 1_000_000 }
  const played = await playPhase(load, open)
  const figures = { asked: tabs, tabs: played.at(-1)?.sessions_alive ?? 0, ...figuresOf(played) }
  say(`${figures.tabs} tabs are open: ${told(figures)}`)
  return figures
}

export function tabsRow(opened: OpenTabs, bound_ms: number) {
  const { asked, tabs, per_second, p99_ms, not_ok } = opened
  const share = per_second / (asked * polls_per_tab_second)
  const isPlayed = tabs >= asked && share >= leastShareOfPolls
  return {
    what: `${tabs.toLocaleString('en')} of ${asked.toLocaleString('en')} open tabs`,
    by: 'plimsoll',
    per_second: Math.round(per_second),
    p99_ms: Number(p99_ms.toFixed(1)),
    not_ok,
    told: `three polls each every 5 s, a connection each; ${(share * 100).toFixed(1)} % of them made`,
    floor: isPlayed && p99_ms <= bound_ms && not_ok === 0 ? 'reached' : 'not reached',
  }
}
