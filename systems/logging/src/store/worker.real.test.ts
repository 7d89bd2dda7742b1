import { Queue } from '@plimsoll/service/queue'
import {
  openQueue,
  startTestPostgres,
  until,
  type PostgresHost,
  type StoreServer,
} from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runLogging, type RunningLogging } from '../../test/running-logging.ts'
import { deadLettersCommand } from '../dead-letters/dead-letters-command.ts'
import { deadLettersOf, queueOptions } from '../open-queue.ts'
import { encodeChunk } from '../records/chunk.ts'
import { RecordReader } from '../records/read-record.ts'
import { RecordIds } from '../records/record-id.ts'
import { apiSettingsFrom } from '../settings.ts'

let host: PostgresHost
let server: StoreServer

beforeAll(async () => {
  host = await startTestPostgres()
  server = await openQueue()
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await host?.[Symbol.asyncDispose]()
})

const reader = new RecordReader({
  ids: new RecordIds(),
  messageLength: 1_000,
})

function lines(count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const read = reader.read({ message: `record ${n}`, level: 'info' }, Date.now())
    return 'line' in read ? read.line : ''
  })
}

const bodyOf = (all: readonly string[]) =>
  encodeChunk(Buffer.from(all.join('')), { rows: all.length, receivedAt: Date.now() })

function queueOf(logging: RunningLogging): Queue {
  return new Queue(queueOptions(apiSettingsFrom(logging.environment), 4))
}

async function deadLetters(logging: RunningLogging): Promise<number> {
  using dead = await deadLettersOf(apiSettingsFrom(logging.environment))
  const depth = await dead?.depth()
  return (depth?.waiting ?? 0) + (depth?.inFlight ?? 0)
}

async function tell(logging: RunningLogging, ...args: string[]): Promise<string[]> {
  const said: string[] = []
  const { environment } = logging
  await deadLettersCommand(args, { environment, print: (line) => said.push(line) })
  return said
}

const countLogs = async (logging: RunningLogging) =>
  Number((await logging.sql('select count(*) as n from logs'))[0]?.['n'])

async function drained(logging: RunningLogging): Promise<void> {
  using queue = queueOf(logging)
  const isEmpty = async () => {
    const { waiting, inFlight } = await queue.depth()
    return waiting + inFlight === 0
  }
  expect(await until(isEmpty, { deadline_ms: 30_000 })).toBe(true)
}

test('a poison record is one dead letter, its neighbours are stored, and it can be looked at, replayed, purged', async () => {
  await using logging = await runLogging({ host, endpoint: server.url })
  using queue = queueOf(logging)
  const good = lines(200)
  const poison = (good[70] ?? '').replace('\tINFO\t', '\tINFO\t\\N\ttoo many\t')
  await queue.send([{ body: bodyOf(good.with(70, poison)) }, { body: bodyOf(lines(5)) }])
  await queue.send([{ body: 'this is no chunk' }])
  {
    await using _worker = await logging.work()
    await logging.stored(204)
    await drained(logging)
  }
  expect(await countLogs(logging)).toBe(204)
  expect(await deadLetters(logging)).toBe(2)
  const looked = (await tell(logging, 'look')).join('\n')
  expect(looked).toContain('extra data after last expected column')
  expect(looked).toContain('it is no chunk of records')
  expect(looked).toContain('2 dead letters in all.')
  expect(await tell(logging, 'replay')).toEqual(['2 dead letters are back in the queue.'])
  expect([(await queue.depth()).waiting, await deadLetters(logging)]).toEqual([2, 0])
  {
    await using _worker = await logging.work()
    const areBack = async () => (await deadLetters(logging)) === 2
    expect(await until(areBack, { deadline_ms: 10_000 })).toBe(true)
    await drained(logging)
  }
  expect([await countLogs(logging), await deadLetters(logging)]).toEqual([204, 2])
  expect(await tell(logging, 'purge')).toHaveLength(1)
  expect(await deadLetters(logging)).toBe(2)
  expect(await tell(logging, 'purge', '--yes')).toEqual(['All dead letters are gone.'])
  expect(await deadLetters(logging)).toBe(0)
})

test('so many dead letters are replayed as were asked for, and few of the others are hidden meanwhile', async () => {
  await using logging = await runLogging({ host, endpoint: server.url })
  using queue = queueOf(logging)
  using dead = await deadLettersOf(apiSettingsFrom(logging.environment))
  const all = lines(45)
  for (const line of all) await dead?.send([{ body: bodyOf([line]) }])
  const replaying = new AbortController()
  const replayed = tell(logging, 'replay', '--limit', '42').finally(() => replaying.abort())
  const hidden: number[] = []
  while (!replaying.signal.aborted) hidden.push((await dead?.depth())?.inFlight ?? 0)
  expect(await replayed).toEqual(['42 dead letters are back in the queue.'])
  expect(Math.max(...hidden)).toBeGreaterThan(0)
  expect(Math.max(...hidden)).toBeLessThanOrEqual(10)
  expect([(await queue.depth()).waiting, await deadLetters(logging)]).toEqual([42, 3])
})

test('records that come twice, late and out of order are stored once', async () => {
  await using logging = await runLogging({ host, endpoint: server.url })
  using queue = queueOf(logging)
  const all = lines(1_000)
  const chunks = Array.from({ length: 40 }, (_, n) => all.slice(n * 25, n * 25 + 25))
  // Every twentieth again, backwards, and one that overlaps two others.
  const again = [...chunks.filter((_, n) => n % 20 === 0).toReversed(), all.slice(10, 60)]
  const order = [...chunks.toReversed(), ...again]
  for (const chunk of order) await queue.send([{ body: bodyOf(chunk) }])
  await using first = await logging.work()
  await using second = await logging.work()
  await logging.stored(1_000)
  await drained(logging)
  expect(await countLogs(logging)).toBe(1_000)
  const figures = [first, second].map(({ worker }) => worker.figures.text(Date.now())).join('')
  const known = [...figures.matchAll(/^logs_known_total (\d+)$/gm)].map(([, n]) => Number(n))
  expect(known.reduce((sum, n) => sum + n, 0)).toBe(again.flat().length)
  expect(await deadLetters(logging)).toBe(0)
})

test('a worker that is stopped under load loses nothing and leaves nothing hidden', async () => {
  await using logging = await runLogging({ host, endpoint: server.url })
  const ids: string[] = []
  const stopping = new AbortController()
  const write = async () => {
    while (!stopping.signal.aborted) {
      const { status, body } = await logging.post('/log', { message: 'm', level: 'x' })
      if (status === 201) ids.push(body.id as string)
    }
  }
  const writers = Array.from({ length: 8 }, write)
  {
    await using worker = await logging.work()
    expect(await until(() => ids.length > 300, { deadline_ms: 10_000 })).toBe(true)
    worker.drain()
    await worker.worker.ended()
  }
  // It had stored some, and others had come meanwhile.
  const storedByFirst = await countLogs(logging)
  expect(storedByFirst).toBeGreaterThan(0)
  expect(await until(() => ids.length > storedByFirst + 50, { deadline_ms: 10_000 })).toBe(true)
  stopping.abort()
  await Promise.all(writers)
  using queue = queueOf(logging)
  expect((await queue.depth()).inFlight).toBe(0)
  await using _next = await logging.work()
  await logging.stored(ids.length)
  const rows = await logging.sql('select id from logs')
  expect(rows.map(({ id }) => String(id)).toSorted()).toEqual(ids.toSorted())
})

test('a database that is down for 20 s loses nothing and buries nothing, and the backlog drains', async ({
  skip,
}) => {
  const own = host.server ?? skip('the server of DATABASE_URL is not ours to kill')
  await using logging = await runLogging({ host, endpoint: server.url })
  await using worker = await logging.work({ HIDDEN_SECONDS: '6' })
  const ids = new Set<string>()
  const post = async () => {
    const { status, body } = await logging.post('/log', { message: 'm', level: 'x' })
    expect(status).toBe(201)
    ids.add(body.id as string)
  }
  await post()
  await logging.stored(1)
  await own.kill()
  const since = performance.now()
  while (performance.now() - since < 20_000) {
    await Promise.all(Array.from({ length: 5 }, post))
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  expect(worker.worker.isStoring).toBe(false)
  await own.restart()
  await drained(logging)
  const rows = await logging.sql('select id from logs')
  expect(ids.size).toBeGreaterThan(100)
  expect(rows.map(({ id }) => String(id)).toSorted()).toEqual([...ids].toSorted())
  expect(await deadLetters(logging)).toBe(0)
})
