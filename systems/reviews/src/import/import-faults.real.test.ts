// Imports whose process, server or disk fails in the middle. Each test first proves that rows were on their way.

import { execFileSync } from 'node:child_process'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrateDatabase } from '@plimsoll/service/migrate'
import { databaseUser, openPostgres, until } from '@plimsoll/stores'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { rememberingTerminal } from '../../test/remembering-terminal.ts'
import { startProcess } from '../../test/reviews-process.ts'
import { wholeDatabase } from '../../test/whole-database.ts'
import { generateCommand } from '../generate/generate-command.ts'
import { migrationsFolder } from '../migrate.ts'
import { importCommand } from './import-command.ts'
import type { PostgresServer } from '@plimsoll/stores'

const products = 4_000
let server: PostgresServer
let files: string
let folder: string
let url: string

beforeAll(async () => {
  server = await openPostgres()
  files = await mkdtemp(join(tmpdir(), 'reviews-files-'))
  const at = rememberingTerminal('')
  await generateCommand(['--products', String(products), '--out', files], at)
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(files, { recursive: true })
})

let databases = 0
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reviews-faults-'))
  url = await newDatabase()
  await generateCommand(['--products', '50', '--seed', '3', '--load'], rememberingTerminal(url))
})
afterEach(() => rm(folder, { recursive: true }))

async function newDatabase(where = ''): Promise<string> {
  databases += 1
  const name = `faults_${databases}`
  await inDatabase(server.url, (client) => client.query(`create database ${name} ${where}`))
  const address = new URL(server.url)
  address.pathname = name
  await migrateDatabase({ url: address.href, folder: migrationsFolder })
  return address.href
}

async function inDatabase<T>(address: string, body: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: address })
  await client.connect()
  try {
    return await body(client)
  } finally {
    await client.end()
  }
}

const state = () => inDatabase(url, wholeDatabase)
const importArgs = () => ['import', files, '--rejected', join(folder, 'rejected.csv')]

/** Resolves to the rows that COPY has taken so far, once there are some. */
async function rowsOnTheirWay(): Promise<number> {
  let rows = 0
  await inDatabase(url, (client) =>
    until(
      async () => {
        const found = await client.query<{ rows: number }>(
          'select tuples_processed::int4 as rows from pg_stat_progress_copy',
        )
        rows = found.rows[0]?.rows ?? 0
        return rows > 0
      },
      { deadline_ms: 30_000, every_ms: 2 },
    ),
  )
  return rows
}

/** The state that an import leaves that nothing disturbs. */
async function undisturbed(): Promise<unknown> {
  const address = await newDatabase()
  const at = rememberingTerminal(address)
  expect(await importCommand(importArgs().slice(1), at)).toBe(0)
  return inDatabase(address, wholeDatabase)
}

test('an import that is killed in the middle leaves what was there, and the next one all of it', async () => {
  const before = await state()
  await using killed = startProcess(importArgs(), { DATABASE_URL: url })
  expect(await rowsOnTheirWay()).toBeGreaterThan(0)
  killed.child.kill('SIGKILL')
  expect(await killed.ended).toBeNull()
  expect(killed.said.err).not.toContain('Adding up')
  expect(await state()).toEqual(before)
  await using again = startProcess(importArgs(), { DATABASE_URL: url })
  expect(await again.ended).toBe(0)
  expect(await state()).toEqual(await undisturbed())
})

test('a server that is killed in the middle is said, keeps what was there, and takes the next import', async () => {
  const before = await state()
  await using cut = startProcess(importArgs(), { DATABASE_URL: url })
  expect(await rowsOnTheirWay()).toBeGreaterThan(0)
  await server.kill()
  expect(await cut.ended).toBe(4)
  expect(cut.said.err).toMatch(/connection to the database was lost: .* Nothing was imported/)
  await server.restart()
  expect(await state()).toEqual(before)
  await using again = startProcess(importArgs(), { DATABASE_URL: url })
  expect(await again.ended).toBe(0)
  expect(await state()).toEqual(await undisturbed())
})

test('a full disk of the database is said, and once there is room the next import goes on', async ({
  skip,
}) => {
  const disk = await mkdtemp(join(tmpdir(), 'reviews-small-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk], { stdio: 'ignore' })
  } catch {
    await rm(disk, { recursive: true })
    skip('this user may not mount a small disk')
  }
  try {
    const user = await databaseUser()
    if (user !== null) await chown(disk, user.uid, user.gid)
    await inDatabase(server.url, (client) =>
      client.query(`create tablespace small location '${disk}'`),
    )
    url = await newDatabase('tablespace small')
    const before = await state()
    await using full = startProcess(importArgs(), { DATABASE_URL: url })
    expect(await full.ended).toBe(4)
    expect(full.said.err).toMatch(/The disk of the database is full\..*Nothing was imported/)
    expect(await state()).toEqual(before)
    execFileSync('mount', ['-o', 'remount,size=400m', disk])
    await using again = startProcess(importArgs(), { DATABASE_URL: url })
    expect(await again.ended).toBe(0)
    expect(await state()).toEqual(await undisturbed())
    const name = new URL(url).pathname.slice(1)
    await inDatabase(server.url, async (client) => {
      await client.query(`drop database ${name}`)
      await client.query('drop tablespace small')
    })
  } finally {
    execFileSync('umount', ['--lazy', disk])
    await rm(disk, { recursive: true })
  }
})

test('an import that fails at its very end leaves the sequences, too, as they were', async () => {
  const before = await state()
  const at = rememberingTerminal(url)
  // No row is rejected, so the file of them is found out only when it is closed.
  expect(await importCommand([files, '--rejected', '/dev/full'], at)).toBe(4)
  expect(at.said.err).toMatch(/counting again …\n\s*Cannot write the rejected rows to \/dev\/full/)
  expect(await state()).toEqual(before)
})

test('rejected rows that find no room on the disk end the import, and nothing is imported', async () => {
  const before = await state()
  const dirty = join(import.meta.dirname, '../../../../examples/data/reviews')
  const at = rememberingTerminal(url)
  expect(await importCommand([dirty, '--rejected', '/dev/full'], at)).toBe(4)
  expect(at.said.err).toMatch(/Cannot write the rejected rows to \/dev\/full \(.*ENOSPC/)
  expect(await state()).toEqual(before)
})
