import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { postgresBinaries } from './binaries.ts'
import { cacheFolder, makeCacheFolder } from './cache-folder.ts'
import { openPostgres } from './open-postgres.ts'
import { isRunning } from './process-tree.ts'

async function query<T>(url: string, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: url })
  // A killed server ends the connection: that is the point of some of these tests.
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows as T[]
  } finally {
    await client.end()
  }
}

test('a server starts fast, durable, in UTF-8, and only on loopback', async () => {
  await openPostgres().then((first) => first[Symbol.asyncDispose]())
  const started = performance.now()
  await using server = await openPostgres()
  expect(performance.now() - started).toBeLessThan(5_000)
  const [row] = await query<Record<string, string>>(
    server.url,
    `select current_setting('fsync') as fsync, current_setting('server_encoding') as encoding,
      current_setting('listen_addresses') as listen, lower('ÄÖ') as lower`,
  )
  expect(row).toEqual({ fsync: 'on', encoding: 'UTF8', listen: '127.0.0.1', lower: 'äö' })
  const { major } = await postgresBinaries()
  expect(server.version).toMatch(new RegExp(`^${major}\\.`))
})

test('nobody gets in without the password', async () => {
  await using server = await openPostgres()
  const url = new URL(server.url)
  url.password = 'guess'
  await expect(query(url.href, 'select 1')).rejects.toThrow(/password authentication failed/)
})

test('what was committed before a kill -9 of everything is there after the restart', async () => {
  await using server = await openPostgres()
  await query(server.url, 'create table t as select 17 as x')
  const before = await server.pids()
  expect(before.length).toBeGreaterThan(3)
  await server.kill()
  expect(await Promise.all(before.map(isRunning))).not.toContain(true)
  await expect(query(server.url, 'select 1')).rejects.toThrow(/ECONNREFUSED/)
  const { url } = server
  await server.restart()
  expect(server.url).toBe(url)
  expect(await query(server.url, 'select x from t')).toEqual([{ x: 17 }])
})

test('a stopped folder is a template: the copy has its rows and the original stays as it was', async () => {
  await using first = await openPostgres()
  await query(first.url, 'create table t as select 1 as x')
  await first.stop()
  await using copy = await openPostgres({ from: first.folder })
  await query(copy.url, 'insert into t values (2)')
  await first.restart()
  expect(await query(copy.url, 'select x from t order by x')).toEqual([{ x: 1 }, { x: 2 }])
  expect(await query(first.url, 'select x from t')).toEqual([{ x: 1 }])
})

test('a temporary folder is gone when its server is closed, a named one is kept', async () => {
  const temporary = await openPostgres()
  await temporary[Symbol.asyncDispose]()
  await expect(stat(temporary.folder)).rejects.toThrow(/ENOENT/)

  const folder = join(cacheFolder(), `kept-${process.pid}`)
  try {
    {
      await using kept = await openPostgres({ folder })
      await query(kept.url, 'create table t as select 3 as x')
    }
    await using again = await openPostgres({ folder })
    expect(await query(again.url, 'select x from t')).toEqual([{ x: 3 }])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('two first starts at once on a machine without a cache do each other no harm', async () => {
  const cache = await mkdtemp(join(await makeCacheFolder(cacheFolder()), 'test-'))
  try {
    await makeCacheFolder(cache)
    const servers = await Promise.all([openPostgres({ cache }), openPostgres({ cache })])
    for (const { url } of servers) {
      expect(await query(url, 'select 1 as x')).toEqual([{ x: 1 }])
    }
    for (const server of servers) await server[Symbol.asyncDispose]()
    for (const kind of ['postgres', 'clusters']) {
      expect(await readdir(join(cache, kind))).toHaveLength(1)
    }
  } finally {
    await rm(cache, { recursive: true, force: true })
  }
})

test('a port that is taken is named in one sentence', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  await expect(openPostgres({ port })).rejects.toMatchObject({
    code: 'port-in-use',
    blame: 'environment',
    message: expect.stringContaining(`127.0.0.1:${port}: the port is in use`) as string,
  })
  const left = await readdir(join(cacheFolder(), 'temporary'))
  expect(left.filter((name) => name.startsWith(`${process.pid}-`))).toEqual([])
  other.close()
})

test('a server that does not start shows the last lines of its log', async () => {
  await expect(openPostgres({ settings: { shared_buffers: 'plenty' } })).rejects.toMatchObject({
    code: 'server-did-not-start',
    message: expect.stringMatching(/did not start[^]*invalid value for parameter/) as string,
  })
})

test.runIf(process.getuid?.() === 0)(
  'a folder that the database user cannot reach is refused in one sentence',
  async () => {
    const parent = await mkdtemp(join(tmpdir(), 'plimsoll-private-'))
    try {
      await expect(openPostgres({ folder: join(parent, 'database') })).rejects.toMatchObject({
        code: 'no-permission',
      })
    } finally {
      await rm(parent, { recursive: true })
    }
  },
)
