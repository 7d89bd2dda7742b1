// One instance of the help desk with its database and the generator on the same machine, unlimited: how many
// empty polls it answers, ten thousand open tabs, and a storm of logins beside people who poll.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deploy, oneOfEach, prepareTemplate } from '@plimsoll/lab'
import { openTabs } from '../../systems/helpdesk/people.ts'
import helpdesk from '../../systems/helpdesk/system.ts'
import { type Results } from '../results.ts'
import { bareRows } from './bare-server.ts'
import { connections } from './bench-workload.ts'
import { checkHelpdesk } from './check-helpdesk.ts'
import { measureEmptyPolls, pollRows } from './empty-polls.ts'
import { leastPollsInStorm_per_second, measureLoginStorm, stormRows } from './login-storm.ts'
import { leastShareOfPolls, measureOpenTabs, tabsRow } from './open-tabs.ts'
import { addPeople, lookUpTabs } from './people-with-tabs.ts'

const floors = { polls_per_second: 15_000, tabs_p99_ms: 50, storm_p99_ms: 200 }

const sizes = {
  full: {
    rounds: 3,
    seconds: 6,
    tabs: openTabs,
    open: { opening: 40, open: 30 },
    storm: { calm: 6, storm: 20 },
  },
  smoke: {
    rounds: 1,
    seconds: 2,
    tabs: 500,
    open: { opening: 5, open: 6 },
    storm: { calm: 3, storm: 4 },
  },
}

export async function benchHelpdesk({ smoke }: { smoke: boolean }): Promise<Results> {
  const { rounds, seconds, tabs, open, storm } = smoke ? sizes.smoke : sizes.full
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const templateFolders = await prepareTemplate({ system: helpdesk, seed: 1, onProgress: say })
  await using stack = new AsyncDisposableStack()
  const runFolder = await mkdtemp(join(tmpdir(), 'plimsoll-bench-'))
  stack.defer(() => rm(runFolder, { recursive: true }))
  const deployment = stack.use(
    await deploy({
      system: helpdesk,
      templateFolders,
      runFolder,
      limits: 'off',
      configuration: oneOfEach(helpdesk),
    }),
  )
  // Straight to the instance: the balancer would share the two cores.
  const urlOf = (name: string) => deployment.instances.find(({ part }) => part === name)?.url ?? ''
  const url = urlOf('api')
  await addPeople(urlOf('database'))
  await checkHelpdesk(url)
  say('correct')
  const file = await lookUpTabs({ url, folder: runFolder })
  const { polls, bare } = await measureEmptyPolls({ url, file, rounds, seconds, say })
  const opened = await measureOpenTabs({ url, tabs, seconds: open, say })
  const stormed = await measureLoginStorm({ url, seconds: storm, say })
  await checkHelpdesk(url)
  return {
    name: 'helpdesk',
    title: 'helpdesk: one instance, database and generator on the same cores',
    notes: [
      `Empty polls: ${openTabs} people with a token each, in turn; ${connections} connections, closed loop, ${rounds} interleaved rounds of ${seconds} s after one warm-up round; medians.`,
      'A bare node:http server says "ok" to everybody; by wrk, in the same rounds.',
      'The watch: each instance reads ten times a second which versions changed, however many poll.',
      'Combined: GET /api/updates with the tag of the last answer. Published: the three polls by time.',
      `Open tabs: ${tabs} tabs opened in ${open.opening} s, then measured for ${open.open} s.`,
      `Storm: 500 logins per second for ${storm.storm} s beside 100 tabs per second that poll twice.`,
      `Floors: ${JSON.stringify(floors)}; nothing may fail, every tab must be open and ${leastShareOfPolls * 100} % of its polls made; in the storm some must be let in and ${leastPollsInStorm_per_second} polls per second made.`,
    ],
    rows: [
      ...bareRows(bare),
      ...pollRows(polls, floors.polls_per_second),
      tabsRow(opened, floors.tabs_p99_ms),
      ...stormRows(stormed, floors.storm_p99_ms),
    ],
    raw: { bare, polls, opened, stormed },
    software: deployment.software,
    smoke,
  }
}
