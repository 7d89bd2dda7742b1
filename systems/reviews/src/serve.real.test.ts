import { once } from 'node:events'
import { connect } from 'node:net'
import { migrateDatabase } from '@plimsoll/service/migrate'
import { startTestPostgres, until, type PostgresHost, type PostgresServer } from '@plimsoll/stores'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { logged, startProcess, startServing } from '../test/reviews-process.ts'
import { review } from '../test/running-reviews.ts'
import { migrationsFolder } from './migrate.ts'

let host: PostgresHost

beforeAll(async () => {
  host = await startTestPostgres()
  await migrateDatabase({ url: host.url, folder: migrationsFolder })
})
afterAll(() => host[Symbol.asyncDispose]())

async function sql(text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: host.url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

/** Resolves to the status of the answer and its review id, or to why there was none. */
async function post(url: string, changes: Record<string, unknown>) {
  try {
    const answer = await fetch(`${url}/reviews`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(review(changes)),
      signal: AbortSignal.timeout(15_000),
    })
    const body = (await answer.json()) as { review_id?: number }
    return { outcome: String(answer.status), review_id: body.review_id }
  } catch (error) {
    return { outcome: error instanceof Error ? error.name : 'unknown', review_id: undefined }
  }
}

/** Writers that go on until they are told to stop, and what became of each write. */
function writers(url: string, product_id: number) {
  const ends: { outcome: string; review_id: number | undefined }[] = []
  const stopping = new AbortController()
  const all = Array.from({ length: 16 }, async () => {
    while (!stopping.signal.aborted) {
      ends.push(await post(url, { product_id }))
      if (ends.at(-1)?.outcome !== '201') await new Promise((resolve) => setTimeout(resolve, 5))
    }
  })
  const count = (outcome: string) => ends.filter((end) => end.outcome === outcome).length
  return {
    ends,
    count,
    stop: async () => {
      stopping.abort()
      await Promise.all(all)
    },
  }
}

/**
 * Acknowledged reviews that are not there, and by how much the figures miss a recount. One statement, because
 * a session may still be finishing what a killed service sent it.
 */
async function damage(product_id: number, ends: readonly { review_id: number | undefined }[]) {
  const [row] = await sql(
    `select array(select id::int from reviews where product_id = ${product_id}) as ids,
       (select rating_4 from product_figures where product_id = ${product_id}) as counted`,
  )
  const there = new Set(row?.['ids'] as number[])
  const lost = ends.filter(({ review_id }) => review_id !== undefined && !there.has(review_id))
  return { lost: lost.length, miscounted: Number(row?.['counted']) - there.size }
}

/** Holds every write to reviews back until it is disposed of. */
async function holdReviews() {
  const client = new Client({ connectionString: host.url })
  await client.connect()
  await client.query('begin; lock table reviews')
  return {
    /** Whether a write of the service waits. */
    isHolding: async () => {
      const waiting = await sql(
        `select 1 from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'reviews'`,
      )
      return waiting.length > 0
    },
    [Symbol.asyncDispose]: () => client.end(),
  }
}

const intact = { lost: 0, miscounted: 0 }

test('settings that cannot be used are all named at once, without secrets: exit 3', async () => {
  const started = startProcess([], { DATABASE_URL: 'mysql://me:hush@host/db', PORT: 'x' })
  expect(await started.ended).toBe(3)
  expect(started.said.err).toContain('DATABASE_URL: expected')
  expect(started.said.err).toContain('PORT: expected a whole number from 0 to 65535, found "x"')
  expect(started.said.err).not.toContain('hush')
})

test('a command that does not exist is named with those that do: exit 3', async () => {
  const started = startProcess(['fly'], {})
  expect(await started.ended).toBe(3)
  expect(started.said.err).toMatch(/no command "fly".*serve, migrate/)
})

test('two migrations at once both end well', async () => {
  await using database = await host.createDatabase()
  const both = [1, 2].map(() => startProcess(['migrate'], { DATABASE_URL: database.url }))
  expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0])
  expect(both.filter(({ said }) => said.out.includes('applied 0001_reviews'))).toHaveLength(1)
})

test('a port that is taken is said in one line: exit 4', async () => {
  await using first = await startServing({ DATABASE_URL: host.url })
  const second = startProcess([], { DATABASE_URL: host.url, PORT: new URL(first.url).port })
  expect(await second.ended).toBe(4)
  expect(second.said.err).toMatch(/^[^\n]*EADDRINUSE[^\n]*\n$/)
})

test('SIGTERM: not ready, still serving, every answer closes its connection, exit 0', async () => {
  await using serving = await startServing({ DATABASE_URL: host.url, READY_DELAY_MS: '600' })
  const { url, child } = serving
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  child.kill('SIGTERM')
  const isDraining = async () => (await fetch(`${url}/readyz`)).status === 503
  expect(await until(isDraining, { deadline_ms: 500 })).toBe(true)
  const answer = await fetch(`${url}/reviews?product_id=1`)
  expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close'])
  expect(await serving.ended).toBe(0)
  expect(logged(serving, 'stopped')).toBeDefined()
})

test('requests in flight when SIGTERM comes are answered', async () => {
  await using serving = await startServing({ DATABASE_URL: host.url, READY_DELAY_MS: '1' })
  await using hold = await holdReviews()
  const writes = Array.from({ length: 5 }, () => post(serving.url, { product_id: 90 }))
  expect(await until(hold.isHolding, { deadline_ms: 2_000 })).toBe(true)
  serving.child.kill('SIGTERM')
  expect(await until(() => logged(serving, 'draining') !== undefined, { deadline_ms: 2_000 })).toBe(
    true,
  )
  await hold[Symbol.asyncDispose]()
  expect((await Promise.all(writes)).map(({ outcome }) => outcome)).toEqual(Array(5).fill('201'))
  expect(await serving.ended).toBe(0)
})

test('connections that have not sent a whole request do not hold the end up', async () => {
  await using serving = await startServing({ DATABASE_URL: host.url, READY_DELAY_MS: '1' })
  const port = Number(new URL(serving.url).port)
  const silent = connect(port, '127.0.0.1').on('error', () => undefined)
  const halfway = connect(port, '127.0.0.1').on('error', () => undefined)
  await Promise.all([once(silent, 'connect'), once(halfway, 'connect')])
  halfway.write('GET /reviews?product_id=1 HTTP/1.1\r\nHo')
  expect((await fetch(`${serving.url}/livez`)).status).toBe(200)
  const since = performance.now()
  serving.child.kill('SIGTERM')
  expect(await serving.ended).toBe(0)
  expect(performance.now() - since).toBeLessThan(3_000)
})

test.each([
  ['a second SIGTERM', { DRAIN_MS: '60000' }, true],
  ['the deadline', { DRAIN_MS: '800' }, false],
])('%s ends a stuck drain: exit 1, and the log names the route', async (_, settings, isAgain) => {
  await using serving = await startServing({
    DATABASE_URL: host.url,
    READY_DELAY_MS: '1',
    STATEMENT_TIMEOUT_MS: '60000',
    ...settings,
  })
  await using hold = await holdReviews()
  const stuck = post(serving.url, { product_id: 91 })
  expect(await until(hold.isHolding, { deadline_ms: 2_000 })).toBe(true)
  serving.child.kill('SIGTERM')
  expect(await until(() => logged(serving, 'draining') !== undefined, { deadline_ms: 2_000 })).toBe(
    true,
  )
  if (isAgain) serving.child.kill('SIGTERM')
  expect(await serving.ended).toBe(1)
  expect(logged(serving, 'cut off while draining')).toMatchObject({
    stuck_routes: ['POST /reviews'],
  })
  expect((await stuck).outcome).not.toBe('201')
})

test('kill -9 of the service: every acknowledged review is there and counted', async () => {
  const serving = await startServing({ DATABASE_URL: host.url })
  const writing = writers(serving.url, 92)
  expect(await until(() => writing.count('201') > 200, { deadline_ms: 10_000 })).toBe(true)
  serving.child.kill('SIGKILL')
  expect(await serving.ended).toBeNull()
  await writing.stop()
  expect(writing.count('TypeError')).toBeGreaterThan(0)
  expect(await damage(92, writing.ends)).toEqual(intact)
  await using again = await startServing({ DATABASE_URL: host.url })
  expect((await post(again.url, { product_id: 92 })).outcome).toBe('201')
})

test('kill -9 of the database: 503 meanwhile, nothing acknowledged is lost, it recovers by itself', async ({
  skip,
}) => {
  const server = host.server ?? skip('the server of DATABASE_URL is not ours to kill')
  expect(await outcomesAroundKill(server)).toEqual(['201', '503', '504'])
})

test('a database that stops answering: every request ends in time, and it recovers by itself', async ({
  skip,
}) => {
  const server = host.server ?? skip('the server of DATABASE_URL is not ours to stop')
  await using serving = await startServing({
    DATABASE_URL: host.url,
    STATEMENT_TIMEOUT_MS: '500',
    CONNECT_TIMEOUT_MS: '500',
    QUEUE_TIMEOUT_MS: '500',
  })
  const { url } = serving
  const stopped = await server.pids()
  for (const pid of stopped) process.kill(pid, 'SIGSTOP')
  const since = performance.now()
  const answers = [
    ...Array.from({ length: 20 }, () => fetch(`${url}/reviews?product_id=1`)),
    ...Array.from({ length: 20 }, () => fetch(`${url}/reviews/meta?product_id=1`)),
  ]
  const write = await post(url, { product_id: 94 })
  const statuses = new Set((await Promise.all(answers)).map(({ status }) => status))
  expect(performance.now() - since).toBeLessThan(6_000)
  expect([...statuses]).toEqual([503])
  expect(['503', '504']).toContain(write.outcome)
  for (const pid of stopped) process.kill(pid, 'SIGCONT')
  const isBack = async () => (await post(url, { product_id: 94 })).outcome === '201'
  expect(await until(isBack, { deadline_ms: 10_000 })).toBe(true)
})

/** Kills the database under writers, starts it again, and resolves to every outcome there was, and 504. */
async function outcomesAroundKill(server: PostgresServer): Promise<string[]> {
  await using serving = await startServing({ DATABASE_URL: host.url })
  const writing = writers(serving.url, 93)
  expect(await until(() => writing.count('201') > 200, { deadline_ms: 10_000 })).toBe(true)
  await server.kill()
  expect(await until(() => writing.count('503') > 20, { deadline_ms: 10_000 })).toBe(true)
  expect((await fetch(`${serving.url}/livez`)).status).toBe(200)
  const isUnready = async () => (await fetch(`${serving.url}/readyz`)).status === 503
  expect(await until(isUnready, { deadline_ms: 5_000 })).toBe(true)
  await server.restart()
  const before = writing.count('201')
  expect(await until(() => writing.count('201') > before + 200, { deadline_ms: 20_000 })).toBe(true)
  expect((await fetch(`${serving.url}/readyz`)).status).toBe(200)
  await writing.stop()
  expect(await damage(93, writing.ends)).toEqual(intact)
  // Whether a write was under way at the very moment of the kill is chance.
  return [...new Set([...writing.ends.map(({ outcome }) => outcome), '504'])].sort()
}
