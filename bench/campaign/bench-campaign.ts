// One instance of the campaign with its database and the generator on the same machine, unlimited: how many
// check-ins it stores, how many leaderboards it answers, and the whole rush. Afterwards every score is compared with a
// replay of the ledger.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deploy, oneOfEach, prepareTemplate } from '@plimsoll/lab'
import pg from 'pg'
import {
  campaignStart,
  seededTeams,
  seededUsers,
  withoutReplica as campaign,
} from '../../systems/campaign/system.ts'
import { rush } from '../../systems/campaign/workload.ts'
import { compareScores } from '../../systems/campaign/src/score/compare-scores.ts'
import { figuresOf, playPhase, startLoad, told, type Figures } from '../load.ts'
import { median, type Results } from '../results.ts'
import { calls, connections } from './bench-workload.ts'

const floors = { checkins_per_second: 7_000, leaderboards_per_second: 15_000, rush_p99_ms: 100 }
const entranceFloor_ms = 1_000
const entrance = new Set(['POST /api/auth/register', 'POST /api/auth/login'])
const isEntrance = (action: string) => entrance.has(action)
const sizes = {
  full: { rounds: 3, seconds: 8, rushUsers: 1, rushTime: 1 },
  smoke: { rounds: 1, seconds: 2, rushUsers: 0.02, rushTime: 0.1 },
}

type Say = (line: string) => void

export async function benchCampaign({ smoke }: { smoke: boolean }): Promise<Results> {
  const { rounds, seconds, rushUsers, rushTime } = smoke ? sizes.smoke : sizes.full
  const say: Say = (line) => void process.stderr.write(`${line}\n`)
  const templateFolders = await prepareTemplate({ system: campaign, seed: 1, onProgress: say })
  await using stack = new AsyncDisposableStack()
  const runFolder = await mkdtemp(join(tmpdir(), 'plimsoll-bench-'))
  stack.defer(() => rm(runFolder, { recursive: true }))
  const deployment = stack.use(
    await deploy({
      system: campaign,
      templateFolders,
      runFolder,
      limits: 'off',
      configuration: oneOfEach(campaign),
    }),
  )
  // Straight to the instance: the balancer would share the two cores.
  const urlOf = (name: string) => deployment.instances.find(({ part }) => part === name)?.url ?? ''
  const url = urlOf('api')
  await fillTeams(urlOf('database'))
  const single = await measureCalls({ url, rounds, seconds, say })
  const rushed = await measureRush({ url, level: rushUsers, share: rushTime, say })
  const compared = await comparedScores(urlOf('database'))
  say(
    `${compared.entries} entries replayed, ${compared.teams} scores, ${compared.differences} differ`,
  )
  assert.equal(compared.differences, 0)
  return {
    name: 'campaign',
    title: 'campaign: one instance, database and generator on the same cores',
    notes: [
      `Check-ins: ${connections.checkIns} connections, closed loop, ${seededUsers} users in ${seededTeams} teams, two teams each. Leaderboard: ${connections.leaderboard} connections, with tokens. ${rounds} interleaved rounds of ${seconds} s after one warm-up round; medians.`,
      'Rush: the five published phases, 1,100 users at most, 140 s, everybody registers and logs in.',
      `Scores: ${compared.entries} entries of the ledger replayed, every one of ${compared.teams} scores is the same.`,
      `Floors: ${JSON.stringify(floors)}; register and login ${entranceFloor_ms} ms.`,
    ],
    rows: rowsOf(single, rushed),
    raw: { single, rushed, compared },
    software: deployment.software,
    smoke,
  }
}

/** Everybody is in two teams, by the statement that serves requests. */
async function fillTeams(database: string): Promise<void> {
  await withClient(database, async (client) => {
    for (const step of [0, 7]) {
      await client.query(
        `select join_team(id, 'team ' || (1 + (id + $1) % $2), 20, $3) from users order by id`,
        [step, seededTeams, campaignStart],
      )
    }
  })
}

interface Single {
  readonly checkIns: readonly Figures[]
  readonly leaderboard: readonly Figures[]
}

async function measureCalls({
  url,
  rounds,
  seconds,
  say,
}: {
  url: string
  rounds: number
  seconds: number
  say: Say
}): Promise<Single> {
  const file = join(import.meta.dirname, 'bench-workload.ts')
  await using load = await startLoad({ file, select: 'calls', workload: calls }, { url, say })
  const measured = { checkIns: [] as Figures[], leaderboard: [] as Figures[] }
  // Round 0 warms compilers and caches up and is not kept.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [n, phase] of (['checkIns', 'leaderboard'] as const).entries()) {
      const first_session = (round * 2 + n) * 1_000_000
      const figures = figuresOf(await playPhase(load, { phase, seconds, first_session }))
      await load.engine.drain({ within_ms: 10_000 })
      say(`round ${round} ${phase}: ${told(figures)}`)
      if (round > 0) measured[phase].push(figures)
    }
  }
  return measured
}

interface Rushed {
  readonly phase: string
  readonly entrance: Figures
  readonly others: Figures
}

async function measureRush({
  url,
  level,
  share,
  say,
}: {
  url: string
  level: number
  share: number
  say: Say
}): Promise<Rushed[]> {
  const file = join(import.meta.dirname, '../../systems/campaign/workload.ts')
  await using load = await startLoad({ file, select: 'rush', workload: rush }, { url, say })
  const rushed: Rushed[] = []
  for (const [n, [phase, { shape }]] of Object.entries(rush.phases).entries()) {
    const seconds = Math.max(2, Math.round((shape.lasts / 1_000) * share))
    const first_session = (n + 1) * 1_000_000
    const played = await playPhase(load, { phase, seconds, level, first_session })
    const others = figuresOf(played, (action) => !isEntrance(action))
    rushed.push({ phase, entrance: figuresOf(played, isEntrance), others })
    say(`rush, ${phase}: ${told(others)}`)
  }
  await load.engine.drain({ within_ms: 1_000 })
  return rushed
}

async function comparedScores(database: string) {
  return await withClient(database, async (client) => {
    await client.query('begin isolation level repeatable read read only')
    const { entries, teams, differences } = await compareScores(client, campaignStart)
    return { entries, teams, differences: differences.length }
  })
}

async function withClient<Result>(
  connectionString: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function rowsOf({ checkIns, leaderboard }: Single, rushed: readonly Rushed[]) {
  const single = (what: string, rounds: readonly Figures[], floor: number) => {
    const per_second = Math.round(median(rounds.map((round) => round.per_second)))
    const not_ok = rounds.reduce((sum, round) => sum + round.not_ok, 0)
    const isReached = per_second >= floor && not_ok === 0
    return row(
      what,
      { per_second, p99_ms: median(rounds.map(({ p99_ms }) => p99_ms)), not_ok },
      isReached,
    )
  }
  return [
    single('check-ins', checkIns, floors.checkins_per_second),
    single('leaderboards', leaderboard, floors.leaderboards_per_second),
    ...rushed.map(({ phase, others }) =>
      row(`rush, ${phase}`, others, others.p99_ms <= floors.rush_p99_ms && others.not_ok === 0),
    ),
    // In some phases nobody comes.
    ...rushed
      .filter(({ entrance }) => entrance.per_second > 0 || entrance.not_ok > 0)
      .map(({ phase, entrance }) =>
        row(
          `rush, ${phase}: register and login`,
          entrance,
          entrance.p99_ms <= entranceFloor_ms && entrance.not_ok === 0,
        ),
      ),
  ]
}

function row(what: string, { per_second, p99_ms, not_ok }: Figures, isReached: boolean) {
  return {
    what,
    per_second: Math.round(per_second),
    p99_ms: Number(p99_ms.toFixed(1)),
    not_ok,
    floor: isReached ? 'reached' : 'not reached',
  }
}
