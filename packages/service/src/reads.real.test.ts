import { openPostgres, openReplica, until } from '@plimsoll/stores'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { plainArray, textArray } from './array-literal.ts'
import { Coalescer } from './coalescer.ts'
import { Database } from './database.ts'
import { createHttpService } from './http-service.ts'
import { createLog } from './log.ts'
import { Reader } from './reader.ts'
import { Reads, type After } from './reads.ts'
import { statement } from './statement.ts'
import { positionToSee, tellWritePosition, writePositionHeader } from './write-position.ts'

type Server = Awaited<ReturnType<typeof openPostgres>>

let primary: Server
beforeAll(async () => {
  primary = await openPostgres()
  await onServer(
    'create table posts (id bigint generated always as identity, author text, text text)',
  )
})
afterAll(() => primary[Symbol.asyncDispose]())

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: primary.url })
  await client.connect()
  await client.query(sql)
  await client.end()
}

const addPosts = statement(
  'add_posts',
  'insert into posts (author, text) select * from unnest($1::text[], $2::text[])',
)
const listPosts = statement(
  'list_posts',
  'select w.position, p.text from unnest($1::int[]) with ordinality as w (how_many, position), lateral (select text from posts order by id desc limit w.how_many) p',
)

interface Post {
  readonly author: string
  readonly text: string
}

const patience = 400

/** One instance of a service with posts, as a backend would be built; `inject` is its front door. */
async function startInstance(replicaUrl: string) {
  const stack = new AsyncDisposableStack()
  const onError = () => undefined
  const usual = { connectTimeout: 1_000, size: 2, onError }
  const database = stack.use(
    new Database({ ...usual, url: primary.url, name: 'writer', statementTimeout: 2_000 }),
  )
  const limits = { queueLimit: 1_000, queueTimeout: 2_000 }
  const writer = stack.use(new Coalescer({ connections: database, ...limits }))
  const reader = stack.use(
    new Reader({ ...usual, url: replicaUrl, name: 'reader', patience, queueLimit: 1_000 }),
  )
  const reads = new Reads({ writer, reader })
  const add = writer.lane<Post, null>({
    statement: addPosts,
    kind: 'write',
    bytes: ({ text }) => text.length,
    bind: (posts) => [
      textArray(posts.map(({ author }) => author)),
      textArray(posts.map(({ text }) => text)),
    ],
    answers: (_, posts) => posts.map(() => null),
  })
  const list = reads.lane<number, string[]>({
    statement: listPosts,
    bytes: () => 8,
    bind: (wanted) => [plainArray(wanted)],
    answers: (rows, wanted) =>
      wanted.map((_, n) =>
        rows.filter(([position]) => Number(position) === n + 1).map(([, text]) => text ?? ''),
      ),
  })
  const { app } = await createHttpService({
    title: 'Posts',
    version: '1.0.0',
    settings: {
      BODY_LIMIT_BYTES: 10_000,
      REQUEST_TIMEOUT_MS: 5_000,
      MAX_REQUESTS_IN_FLIGHT: 1_000,
      CORS_ORIGINS: '',
    },
    log: createLog({ service: 'posts', level: 'silent' }),
    isReady: async () => true,
  })
  app.post('/posts', async (request, reply) => {
    await add(request.body as Post)
    await tellWritePosition(reply, reads)
    return {}
  })
  app.get('/posts', (request) => {
    const after: After = positionToSee(request.headers, {
      isUser: request.headers.authorization !== undefined,
    })
    return list(1_000, after)
  })
  stack.defer(() => app.close())
  await app.ready()
  const answeredBy = (labels: string) =>
    Number(
      reads
        .metrics()()
        .match(new RegExp(`reads_total{${labels}} (\\d+)`))?.[1],
    )
  return {
    reader,
    answeredByReplica: () => answeredBy('by="reader"'),
    /** Resolves to the position that the client was told. */
    async post(author: string, text: string): Promise<string> {
      const answer = await app.inject({ method: 'POST', url: '/posts', payload: { author, text } })
      expect(answer.statusCode).toBe(200)
      return String(answer.headers[writePositionHeader])
    },
    async read(headers: Record<string, string> = {}): Promise<string[]> {
      const answer = await app.inject({ method: 'GET', url: '/posts', headers })
      expect(answer.statusCode).toBe(200)
      return answer.json()
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const user = { authorization: 'Bearer of-a-user' }
const behind = (delay: string) => ({
  of: primary,
  settings: { recovery_min_apply_delay: delay },
})

test('a replica 10 s behind: your own post is in your next read, always; others see it later', async () => {
  await using replica = await openReplica(behind('10s'))
  await using here = await startInstance(replica.url)
  await using there = await startInstance(replica.url)
  for (let n = 0; n < 20; n += 1) {
    const [wrote, read] = n % 2 === 0 ? [here, there] : [there, here]
    const text = `own ${n}`
    const position = await wrote.post('ann', text)
    // Through the other instance: with what the client was told, and without keeping anything.
    expect(await read.read({ ...user, [writePositionHeader]: position })).toContain(text)
    expect(await read.read(user)).toContain(text)
    expect(await here.read()).not.toContain(text)
  }
  expect(here.answeredByReplica()).toBeGreaterThanOrEqual(20)
  const seenByOthers = async () => (await here.read()).includes('own 19')
  expect(await until(seenByOthers, { deadline_ms: 20_000, every_ms: 200 })).toBe(true)
})

test('users who write and read at once each see their own, whichever instance answers', async () => {
  await using replica = await openReplica(behind('30ms'))
  await using here = await startInstance(replica.url)
  await using there = await startInstance(replica.url)
  const instances = [here, there]
  await Promise.all(
    Array.from({ length: 24 }, async (_, who) => {
      for (let n = 0; n < 8; n += 1) {
        const text = `busy ${who} ${n}`
        const position = await instances[n % 2]?.post(`user ${who}`, text)
        const told: Record<string, string> =
          n % 3 === 0 ? {} : { [writePositionHeader]: position ?? '' }
        expect(await instances[(n + who) % 2]?.read({ ...user, ...told })).toContain(text)
      }
    }),
  )
})

test('a replica that has caught up answers also those who have written', async () => {
  await using replica = await openReplica({ of: primary })
  await using instance = await startInstance(replica.url)
  const position = await instance.post('ann', 'caught up')
  const seen = async () => (await instance.read()).includes('caught up')
  expect(await until(seen, { deadline_ms: 5_000 })).toBe(true)
  // What the server writes by itself meanwhile may keep it a moment behind.
  for (const told of [{ ...user, [writePositionHeader]: position }, user]) {
    const isAnsweredThere = async () => {
      const before = instance.answeredByReplica()
      expect(await instance.read(told)).toContain('caught up')
      return instance.answeredByReplica() === before + 1
    }
    expect(await until(isAnsweredThere, { deadline_ms: 5_000 })).toBe(true)
  }
})

test('a replica that is killed: the writer answers, and the replica again when it is back', async () => {
  await using replica = await openReplica({ of: primary })
  await using instance = await startInstance(replica.url)
  await instance.post('ann', 'before')
  await instance.read()
  await replica.kill()
  await instance.post('ann', 'meanwhile')
  for (let n = 0; n < 50; n += 1) expect(await instance.read()).toContain('meanwhile')
  await replica.restart()
  const before = instance.answeredByReplica()
  const isAsked = async () => {
    await instance.read()
    return instance.answeredByReplica() > before
  }
  expect(await until(isAsked, { deadline_ms: 10_000, every_ms: 100 })).toBe(true)
})

test('a replica that stands still costs one wait, then the writer answers at once', async () => {
  await using replica = await openReplica({ of: primary })
  await using instance = await startInstance(replica.url)
  await instance.read()
  // Every process of it: its postmaster alone would leave the others at work.
  const pids = await replica.pids()
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  try {
    await instance.post('ann', 'while it stands still')
    const began = performance.now()
    expect(await instance.read()).toContain('while it stands still')
    expect(performance.now() - began).toBeGreaterThan(patience - 50)
    expect(instance.reader.isAsked).toBe(false)
    const next = performance.now()
    expect(await instance.read(user)).toContain('while it stands still')
    expect(performance.now() - next).toBeLessThan(patience / 2)
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT')
  }
  expect(await until(() => instance.reader.isAsked, { deadline_ms: 10_000 })).toBe(true)
})

test('a table that the replica does not have yet is read from the writer', async () => {
  await using replica = await openReplica(behind('1h'))
  // Not by renaming one: its lock is held there until the delayed commit, and the read would wait for it.
  await onServer('create table kinds (kind text)')
  await onServer(`insert into kinds values ('new')`)
  await using writer = new Database({
    url: primary.url,
    name: 'writer',
    size: 1,
    connectTimeout: 1_000,
    statementTimeout: 2_000,
    onError: () => undefined,
  })
  const coalescer = new Coalescer({ connections: writer, queueLimit: 10, queueTimeout: 1_000 })
  await using reader = new Reader({
    url: replica.url,
    name: 'reader',
    size: 1,
    connectTimeout: 1_000,
    // A first connection may take its time.
    patience: 5_000,
    queueLimit: 10,
    onError: () => undefined,
  })
  const kinds = new Reads({ writer: coalescer, reader }).lane<null, string>({
    statement: statement('kinds', 'select kind from kinds'),
    bytes: () => 1,
    bind: () => [],
    answers: ([row], requests) => requests.map(() => row?.[0] ?? ''),
  })
  expect(await kinds(null, 0)).toBe('new')
  expect(reader.isAsked).toBe(true)
  coalescer[Symbol.dispose]()
})
