// One story: records are written, a part dies in the middle of it and comes back, everything drains, and the ledger is
// compared with the database and the dead letters. Accepted = stored ∪ dead-lettered, and nothing twice.

import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { oneOfEach, deploy, prepareTemplate, type Deployment } from '@plimsoll/lab'
import { until } from '@plimsoll/stores'
import { randomStream } from '@plimsoll/workload'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import logging from '../../../systems/logging/system.ts'
import { startLoad, type Ledger } from './ledger-load.ts'

/** The parts that are killed. */
export const killable = ['api', 'worker', 'queue', 'database'] as const
export type Killable = (typeof killable)[number]

/** What a story came to; all counts are of records. */
export interface Evidence {
  readonly fault: Killable
  readonly seed: number
  readonly accepted: number
  readonly unknown: number
  readonly refused: number
  readonly stored: number
  readonly dead: number
  /** Accepted and neither stored nor dead. */
  readonly lost: number
  readonly doubled: number
  /** Stored although the answer said that it surely was not taken. */
  readonly unexpected: number
  /** Requests under way when the part was killed. */
  readonly under_way: number
  readonly down_ms: number
  readonly drained_ms: number
  readonly slowest_ms: number
  readonly statuses: Readonly<Record<string, number>>
  readonly pid_changed: boolean
}

/** A deployment of logging whose messages show up again soon after a worker has died. */
export interface FaultGround extends AsyncDisposable {
  readonly deployment: Deployment
  readonly sql: (text: string) => Promise<Record<string, unknown>[]>
}

const settings = {
  api: { MAX_REQUESTS_IN_FLIGHT: '2000' },
  worker: { HIDDEN_SECONDS: '3', WAIT_SECONDS: '1' },
} as const

/** Deploys it. */
export async function openFaultGround(): Promise<FaultGround> {
  await using stack = new AsyncDisposableStack()
  const runFolder = await mkdtemp(join(tmpdir(), 'plimsoll-fault-'))
  stack.defer(() => rm(runFolder, { recursive: true, force: true }))
  const templateFolders = await prepareTemplate({ system: logging, seed: 1 })
  const plain = oneOfEach(logging)
  const configuration = {
    ...plain,
    parts: plain.parts.map((part) => ({
      ...part,
      ...(part.part in settings ? { settings: settings[part.part as keyof typeof settings] } : {}),
    })),
  }
  const deployment = stack.use(
    await deploy({ system: logging, templateFolders, runFolder, limits: 'off', configuration }),
  )
  const database = deployment.instances.find(({ part }) => part === 'database')?.url
  const owned = stack.move()
  return {
    deployment,
    async sql(text) {
      const client = new pg.Client({ connectionString: database, connectionTimeoutMillis: 2_000 })
      client.on('error', () => undefined)
      try {
        await client.connect()
        return (await client.query<Record<string, unknown>>(text)).rows
      } finally {
        await client.end().catch(() => undefined)
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Plays one story. Throws when the backlog has not drained after 40 s. */
export async function playStory(
  ground: FaultGround,
  { fault, seed }: { fault: Killable; seed: number },
): Promise<Evidence> {
  const random = randomStream(seed)
  const { deployment } = ground
  // Whoever removes rows begins another epoch, or a cache would go on showing them.
  await ground.sql('truncate logs; update newest_epoch set epoch = gen_random_uuid()')
  const load = startLoad(deployment.url, () => random.float())
  await sleep(800 + random.float() * 1_200)
  await until(() => load.underWay() >= 3, { deadline_ms: 2_000, every_ms: 1 })
  const underWay = load.underWay()
  const pid = pidOf(deployment, fault)
  const down_ms = Math.round(300 + random.float() * 1_200)
  await deployment.kill({ part: fault, instance: 0, signal: 'SIGKILL' })
  await sleep(down_ms)
  await deployment.restart({ part: fault, instance: 0 })
  await sleep(1_200)
  await load.stop()
  const since = performance.now()
  await drained(ground)
  const drained_ms = Math.round(performance.now() - since)
  const compared = await compare(ground, load.ledger)
  return {
    fault,
    seed,
    ...compared,
    under_way: underWay,
    down_ms,
    drained_ms,
    slowest_ms: Math.round(load.ledger.slowest_ms),
    statuses: Object.fromEntries(load.ledger.statuses),
    pid_changed: pidOf(deployment, fault) !== pid,
  }
}

function pidOf(deployment: Deployment, name: string): number {
  return deployment.instances.find(({ part }) => part === name)?.pid ?? 0
}

interface Health {
  readonly queue: {
    readonly answering: boolean
    readonly waiting_messages: number
    readonly in_flight_messages: number
    readonly dead_letters: number | null
  } | null
}

async function health(url: string): Promise<Health['queue']> {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) })
    return answer.status === 200 ? ((await answer.json()) as Health).queue : null
  } catch {
    return null
  }
}

/** Twice in a row, because the view is a second old. */
async function drained({ deployment }: FaultGround): Promise<void> {
  let times = 0
  const isEmpty = async () => {
    const queue = await health(deployment.url)
    const empty =
      queue?.answering === true && queue.waiting_messages + queue.in_flight_messages === 0
    times = empty ? times + 1 : 0
    return times >= 3
  }
  if (await until(isEmpty, { deadline_ms: 40_000, every_ms: 600 })) return
  throw new Error(`the queue is not empty: ${JSON.stringify(await health(deployment.url))}`)
}

async function compare(ground: FaultGround, { ok, unknown, failed }: Ledger) {
  const rows = await ground.sql('select id::text from logs')
  const stored = new Set(rows.map(({ id }) => String(id)))
  const dead = (await health(ground.deployment.url))?.dead_letters ?? -1
  const lost = [...ok].filter((id) => !stored.has(id)).length
  return {
    accepted: ok.size,
    unknown: unknown.size,
    refused: failed.size,
    stored: stored.size,
    dead,
    lost: Math.max(0, lost - dead),
    doubled: rows.length - stored.size,
    unexpected: [...stored].filter((id) => !ok.has(id) && !unknown.has(id)).length,
  }
}
