// One edge, two stores, the database and the generator on the same machine, unlimited: how many messages are stored
// per second, how many pages are read, and what a page of a long chat costs beside one of a short chat.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deploy, oneOfEach, prepareTemplate, type Deployment } from '@plimsoll/lab'
import pg from 'pg'
import messaging from '../../systems/messaging/system.ts'
import { startLoad, told, type Figures, type Load } from '../load.ts'
import { cpuMedians, cpuWords, playMetered, type CpuPerRequest } from '../processor-time.ts'
import { median, type Results } from '../results.ts'
import { bench, chats, limit, openRate, pullers, senders } from './bench-workload.ts'
import { addHistories, depthRatio, measureDepths, type Depths } from './chat-depth.ts'
import { checkMessaging } from './check-messaging.ts'

const floors = { send: 7_000, open: 7_000, pull: 10_000, p99_ms: 50, depth: 1.2 }
const calls = ['send', 'open', 'pull'] as const
type Call = (typeof calls)[number]

const sizes = {
  full: { rounds: 5, seconds: 8, long_messages: 1_000_000, pairs: 3_000 },
  smoke: { rounds: 1, seconds: 3, long_messages: 20_000, pairs: 100 },
}

interface Round extends Figures {
  readonly call: Call
  readonly round: number
  readonly cpu_us: CpuPerRequest
}

export async function benchMessaging({ smoke }: { smoke: boolean }): Promise<Results> {
  const size = smoke ? sizes.smoke : sizes.full
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  await using stack = new AsyncDisposableStack()
  const deployment = stack.use(await deployed(stack, say))
  const urlOf = (name: string) => deployment.instances.find(({ part }) => part === name)?.url ?? ''
  // Straight to the instance: the balancer would share the two cores.
  const url = urlOf('edge')
  const database = new pg.Client({ connectionString: urlOf('database') })
  await database.connect()
  stack.defer(() => database.end())
  await checkMessaging(url)
  say('correct')
  await addHistories(database, { ...size, say })
  const before = await countOf(database)
  const source = { file: join(import.meta.dirname, 'bench-workload.ts'), select: 'bench' }
  const load = stack.use(await startLoad({ ...source, workload: bench }, { url, say }))
  const rounds = await measureRounds(load, { ...size, deployment, say })
  const acknowledged = sentOf(load)
  const stored = (await countOf(database)) - before
  assert(
    stored >= acknowledged.ok && stored <= acknowledged.due,
    `acknowledged ${acknowledged.ok}, stored ${stored}`,
  )
  const depths = await measureDepths(url, size)
  await checkMessaging(url)
  return {
    name: 'messaging',
    title: 'messaging: one edge, two stores, database and generator on the same cores',
    notes: [
      `Sends: real texts where PLIMSOLL_DATA names them, under a client_id, into ${chats.length} chats; closed loop of ${senders} connections (send) and ${openRate} per second arriving at random (open). Durable: fsync and synchronous_commit are on.`,
      `Pulls: the newest ${limit} messages of the same chats, closed loop of ${pullers} connections.`,
      `${size.rounds} interleaved rounds of ${size.seconds} s after one warm-up round; medians. CPU: microseconds of each part for one request.`,
      `${acknowledged.ok} messages acknowledged, ${stored} stored.`,
      `Depth: ${size.pairs} pages of ${limit} each from a chat of 100 and one of ${depths.long_messages} messages, in turns, newest and anywhere.`,
      `Floors: ${JSON.stringify(floors)}.`,
    ],
    rows: [...calls.map((call) => rowOf(call, rounds)), depthRow(depths)],
    raw: { rounds, depths },
    software: deployment.software,
    smoke,
  }
}

async function deployed(
  stack: AsyncDisposableStack,
  say: (line: string) => void,
): Promise<Deployment> {
  const templateFolders = await prepareTemplate({ system: messaging, seed: 1, onProgress: say })
  const runFolder = await mkdtemp(join(tmpdir(), 'plimsoll-bench-'))
  stack.defer(() => rm(runFolder, { recursive: true }))
  return await deploy({
    system: messaging,
    templateFolders,
    runFolder,
    limits: 'off',
    configuration: oneOfEach(messaging),
  })
}

/** Round 0 warms compilers and caches up and is not kept. */
async function measureRounds(
  load: Load,
  {
    rounds,
    seconds,
    deployment,
    say,
  }: { rounds: number; seconds: number; deployment: Deployment; say: (line: string) => void },
): Promise<Round[]> {
  const measured: Round[] = []
  for (let round = 0; round <= rounds; round += 1) {
    for (const [n, call] of calls.entries()) {
      const first_session = (round * calls.length + n) * 1_000_000
      const figures = await playMetered(load, { deployment, phase: call, seconds, first_session })
      say(`round ${round} ${call}: ${told(figures)}; ${cpuWords(figures.cpu_us)}`)
      if (round > 0) measured.push({ call, round, ...figures })
    }
  }
  return measured
}

async function countOf(database: pg.Client): Promise<number> {
  const { rows } = await database.query<{ n: string }>('select count(*) as n from messages')
  return Number(rows[0]?.n)
}

/** Messages of the whole load. */
function sentOf({ recorder }: Load): { due: number; ok: number } {
  const sum = { due: 0, ok: 0 }
  for (const { actions } of recorder.seconds) {
    const sends = actions.get('POST /api/send')
    sum.due += sends?.due ?? 0
    sum.ok += sends?.ok ?? 0
  }
  return sum
}

function rowOf(call: Call, rounds: readonly Round[]) {
  const own = rounds.filter((round) => round.call === call)
  const middle = (of: (round: Round) => number) => median(own.map(of))
  const per_second = Math.round(middle((round) => round.per_second))
  const p99_ms = Number(middle((round) => round.p99_ms).toFixed(1))
  const not_ok = own.reduce((sum, round) => sum + round.not_ok, 0)
  // What arrives at random comes a little more or less often.
  const least = call === 'open' ? floors.open * 0.98 : floors[call]
  const isReached = per_second >= least && p99_ms <= floors.p99_ms && not_ok === 0
  return {
    what: call,
    per_second,
    p99_ms,
    not_ok,
    cpu: cpuWords(cpuMedians(own.map((round) => round.cpu_us))),
    floor: isReached ? 'reached' : 'not reached',
  }
}

function depthRow(depths: Depths) {
  const ratio = depthRatio(depths)
  return {
    what: 'page of a long chat ÷ of a short one',
    per_second: Number(ratio.toFixed(3)),
    p99_ms: '',
    not_ok: '',
    cpu: `medians ${median(depths.long_ms).toFixed(2)} and ${median(depths.short_ms).toFixed(2)} ms`,
    floor: ratio <= floors.depth ? 'reached' : 'not reached',
  }
}
