// One story: messages are sent, a part dies in the middle of it and comes back, and the ledger is compared with what is
// stored: per chat no gap, no duplicate, no reordering, and whatever was acknowledged is there.

import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { oneOfEach, deploy, prepareTemplate, type Deployment } from '@plimsoll/lab'
import { until } from '@plimsoll/stores'
import { randomStream } from '@plimsoll/workload'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import messaging from '../../../systems/messaging/system.ts'
import { startLoad, type LedgerLoad, type Written } from './ledger-load.ts'

/** The parts that are killed; the discovery is etcd. */
export const killable = ['store', 'edge', 'database', 'discovery'] as const
export type Killable = (typeof killable)[number]

/** What a story came to; all counts are of messages. */
export interface Evidence {
  readonly fault: Killable
  readonly seed: number
  readonly acknowledged: number
  /** Neither acknowledged nor surely refused. */
  readonly unknown: number
  readonly refused: number
  readonly stored: number
  /** Acknowledged and not stored, or under another number. */
  readonly lost: number
  readonly doubled: number
  /** Stored although every answer said that it surely was not. */
  readonly unexpected: number
  /** Numbers that are missing in chats. */
  readonly gaps: number
  /** Messages before one that the same writer had sent earlier, or timed out of order. */
  readonly reordered: number
  /** Messages that pages forwards and backwards do not agree on. */
  readonly disagreed: number
  readonly repeats: number
  /** Requests under way when the part was killed. */
  readonly under_way: number
  readonly down_ms: number
  readonly failures: number
  /** From the kill to the last answer that was not 200. */
  readonly errors_end_ms: number
  readonly pid_changed: boolean
  /** While it was dead it did not answer, or the edge said that it missed it. */
  readonly is_missed: boolean
}

/** A deployment of messaging, with a way past it into its tables. */
export interface FaultGround extends AsyncDisposable {
  readonly deployment: Deployment
  readonly sql: (text: string, values: readonly unknown[]) => Promise<Record<string, unknown>[]>
}

/** Deploys it: an edge and two stores, which it finds by etcd where that is installed. */
export async function openFaultGround(): Promise<FaultGround> {
  await using stack = new AsyncDisposableStack()
  const runFolder = await mkdtemp(join(tmpdir(), 'plimsoll-fault-'))
  stack.defer(() => rm(runFolder, { recursive: true, force: true }))
  const templateFolders = await prepareTemplate({ system: messaging, seed: 1 })
  const configuration = oneOfEach(messaging)
  const deployment = stack.use(
    await deploy({ system: messaging, templateFolders, runFolder, limits: 'off', configuration }),
  )
  const database = deployment.instances.find(({ part }) => part === 'database')?.url
  const owned = stack.move()
  return {
    deployment,
    async sql(text, values) {
      const client = new pg.Client({ connectionString: database, connectionTimeoutMillis: 5_000 })
      client.on('error', () => undefined)
      try {
        await client.connect()
        return (await client.query<Record<string, unknown>>(text, [...values])).rows
      } finally {
        await client.end().catch(() => undefined)
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Plays one story. */
export async function playStory(
  ground: FaultGround,
  { fault, seed }: { fault: Killable; seed: number },
): Promise<Evidence> {
  const random = randomStream(seed)
  const { deployment } = ground
  const story = `${fault}${seed}x${Date.now().toString(36)}`
  const load = startLoad(deployment.url, story)
  await sleep(500 + random.float() * 1_000)
  await until(() => load.underWay() >= 3, { deadline_ms: 2_000, every_ms: 1 })
  const under_way = load.underWay()
  const pid = pidOf(deployment, fault)
  const down_ms = Math.round(300 + random.float() * 1_200)
  const killed = performance.now()
  await deployment.kill({ part: fault, instance: 0, signal: 'SIGKILL' })
  const missing = isMissed(deployment, fault, down_ms)
  await sleep(down_ms)
  const is_missed = await missing
  await deployment.restart({ part: fault, instance: 0 })
  await sleep(1_000)
  await load.stop()
  const last = load.failures.filter(({ at }) => at >= killed).at(-1)?.at ?? killed
  return {
    fault,
    seed,
    ...(await compare(ground, load)),
    under_way,
    down_ms,
    failures: load.failures.length,
    errors_end_ms: Math.round(last - killed),
    pid_changed: pidOf(deployment, fault) !== pid,
    is_missed,
  }
}

/** Asks until it shows that the part is dead, or the time is over. */
async function isMissed(
  deployment: Deployment,
  fault: Killable,
  within_ms: number,
): Promise<boolean> {
  const ask = async (part: string, path: string) => {
    const url = deployment.instances.find((each) => each.part === part)?.url ?? ''
    const answer = await fetch(url + path, { signal: AbortSignal.timeout(2_000) })
    return { status: answer.status, text: await answer.text() }
  }
  const signs: Record<Killable, () => Promise<boolean>> = {
    store: () => isRefused(ask('store', '/livez')),
    edge: () => isRefused(ask('edge', '/livez')),
    database: async () => (await ask('edge', '/readyz')).status === 503,
    discovery: async () => /^discovery_answers 0$/m.test((await ask('edge', '/metrics')).text),
  }
  const sign = () => signs[fault]().catch(() => false)
  return await until(sign, { deadline_ms: within_ms, every_ms: 10 })
}

function isRefused(asked: Promise<unknown>): Promise<boolean> {
  return asked.then(
    () => false,
    () => true,
  )
}

function pidOf(deployment: Deployment, name: string): number {
  return deployment.instances.find(({ part }) => part === name)?.pid ?? 0
}

interface Stored {
  readonly seq: number
  readonly send_time: number
  readonly text: string
}

async function compare(ground: FaultGround, load: LedgerLoad) {
  const { written } = load
  const byText = new Map(written.map((message) => [message.text, message]))
  const counts = {
    stored: 0,
    lost: 0,
    doubled: 0,
    unexpected: 0,
    gaps: 0,
    reordered: 0,
    disagreed: 0,
  }
  const seqOf = new Map<string, number>()
  for (const chat of new Set(written.map(({ chat }) => chat))) {
    const rows = await storedIn(ground, chat)
    counts.stored += rows.length
    for (const [i, { seq, send_time, text }] of rows.entries()) {
      if (seq !== i + 1) counts.gaps++
      if (send_time <= (rows[i - 1]?.send_time ?? 0)) counts.reordered++
      if (seqOf.has(text)) counts.doubled++
      seqOf.set(text, seq)
      if (byText.get(text)?.isRefused !== false && byText.get(text)?.seq === null)
        counts.unexpected++
    }
    counts.reordered += backwardSteps(written.filter((message) => message.chat === chat))
    counts.disagreed += await disagreements(ground.deployment.url, chat, rows)
  }
  counts.lost = written.filter(({ seq, text }) => seq !== null && seqOf.get(text) !== seq).length
  const open = written.filter(({ seq }) => seq === null)
  return {
    acknowledged: written.length - open.length,
    unknown: open.filter(({ isRefused }) => !isRefused).length,
    refused: open.filter(({ isRefused }) => isRefused).length,
    ...counts,
    repeats: load.repeats(),
  }
}

async function storedIn(ground: FaultGround, chat: string): Promise<Stored[]> {
  const rows = await ground.sql(
    'select seq, send_time, text from messages where chat = $1 order by seq',
    [chat],
  )
  return rows.map(({ seq, send_time, text }) => ({
    seq: Number(seq),
    send_time: Number(send_time),
    text: String(text),
  }))
}

/** A writer sends the next message after the answer to the one before: its number must be higher. */
function backwardSteps(written: readonly Written[]): number {
  const last = new Map<number, number>()
  let steps = 0
  for (const { writer, seq } of written) {
    if (seq === null) continue
    if (seq <= (last.get(writer) ?? 0)) steps++
    last.set(writer, seq)
  }
  return steps
}

/** Pages of both directions, through the front door, against what is stored. */
async function disagreements(url: string, chat: string, rows: readonly Stored[]): Promise<number> {
  const expected = rows.map(({ seq }) => seq)
  const forwards = await pageThrough(url, chat, false)
  const backwards = (await pageThrough(url, chat, true)).toReversed()
  const wrong = (found: readonly number[]) =>
    expected.filter((seq, i) => found[i] !== seq).length + Math.abs(found.length - expected.length)
  return wrong(forwards) + wrong(backwards)
}

async function pageThrough(url: string, chat: string, reverse: boolean): Promise<number[]> {
  const found: number[] = []
  for (let cursor = 0; ;) {
    const query = new URLSearchParams({
      chat,
      limit: '100',
      reverse: String(reverse),
      cursor: String(cursor),
    })
    const answer = await fetch(`${url}/api/pull?${query.toString()}`)
    const page = (await answer.json()) as {
      messages: { seq: number }[]
      has_more: boolean
      next_cursor: number
    }
    found.push(...page.messages.map(({ seq }) => seq))
    if (!page.has_more) return found
    cursor = page.next_cursor
  }
}
