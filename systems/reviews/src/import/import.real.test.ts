import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrateDatabase } from '@plimsoll/service/migrate'
import { startTestPostgres, until } from '@plimsoll/stores'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { rememberingTerminal } from '../../test/remembering-terminal.ts'
import { wholeDatabase } from '../../test/whole-database.ts'
import { generateCommand } from '../generate/generate-command.ts'
import { totalReviews } from '../generate/popularity.ts'
import { writeFiles as writeDataSet } from '../generate/write-files.ts'
import { verifyCommand } from '../verify/verify-command.ts'
import { verifyAggregates } from '../verify/verify-aggregates.ts'
import { importCommand } from './import-command.ts'
import { csvFiles } from './files.ts'
import type { PostgresDatabase, PostgresHost } from '@plimsoll/stores'

const samples = fileURLToPath(new URL('../../../../examples/data/reviews', import.meta.url))
const migrations = fileURLToPath(new URL('../../migrations', import.meta.url))
const main = fileURLToPath(new URL('../main.ts', import.meta.url))
let host: PostgresHost
let template: PostgresDatabase
let database: PostgresDatabase
let client: Client
let folder: string

beforeAll(async () => {
  host = await startTestPostgres()
  template = await host.createDatabase()
  await migrateDatabase({ url: template.url, folder: migrations })
})
afterAll(() => host[Symbol.asyncDispose]())

beforeEach(async () => {
  database = await host.createDatabase({ template: template.name })
  client = new Client({ connectionString: database.url })
  await client.connect()
  folder = await mkdtemp(join(tmpdir(), 'reviews-import-'))
})
afterEach(async () => {
  await client.end()
  await database[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const terminal = (url = database.url) => rememberingTerminal(url)
const rejected = () => join(folder, 'rejected.csv')

async function importFrom(directory: string, ...more: string[]) {
  const at = terminal()
  const code = await importCommand([directory, '--rejected', rejected(), ...more], at)
  return { code, ...at.said }
}

async function generateInto(products: number, ...more: string[]) {
  const at = terminal()
  const args = ['--products', String(products), '--seed', '7', ...more]
  return { code: await generateCommand(args, at), ...at.said }
}

const everything = () => wholeDatabase(client)

async function connected() {
  const other = new Client({ connectionString: database.url })
  await other.connect()
  return { client: other, [Symbol.asyncDispose]: () => other.end() }
}

async function reviewOf(id: number) {
  const { rows } = await client.query<Record<string, unknown>>(
    'select * from reviews where id = $1',
    [id],
  )
  return rows[0]
}

/** Writes the four files, two rows where nothing else is given. */
async function writeFiles(changed: Readonly<Record<string, string | null>>) {
  const usual: Record<string, string> = {
    'reviews.csv': `${csvFiles[0]?.columns.join(',')}\n1,1,5,0,"s","b",1,0,"n","e",null,0\n`,
    'characteristics.csv': 'id,product_id,name\n1,1,"Fit"\n',
    'reviews_photos.csv': 'id,review_id,url\n1,1,"u"\n',
    'characteristic_reviews.csv': 'id,characteristic_id,review_id,value\n1,1,1,5\n',
  }
  for (const [name, text] of Object.entries({ ...usual, ...changed })) {
    if (text !== null) await writeFile(join(folder, name), text)
  }
}

test('the dirty samples are taken as their README says, the rest is written down with line and reason', async () => {
  const { code, out } = await importFrom(samples)
  expect(code).toBe(0)
  expect(out).toMatch(/reviews\.csv +18 +10 +8\n/)
  expect(out).toMatch(/characteristics\.csv +7 +6 +1\n/)
  expect(out).toMatch(/reviews_photos\.csv +6 +3 +3\n/)
  expect(out).toMatch(/characteristics_reviews\.csv +15 +10 +5\n/)
  const lines = (await readFile(rejected(), 'latin1')).trim().split('\n').slice(1)
  const places = lines.map((line) => /([a-z_]+\.csv)",(\d+),/.exec(line)?.slice(1).join(' '))
  expect(places).toEqual([
    ...[9, 10, 11, 12, 13, 19, 20, 21].map((line) => `reviews.csv ${line}`),
    'characteristics.csv 8',
    ...[5, 6, 7].map((line) => `reviews_photos.csv ${line}`),
    ...[11, 12, 13, 14, 16].map((line) => `characteristics_reviews.csv ${line}`),
  ])
  expect(await reviewOf(1)).toMatchObject({
    date: new Date(1_596_080_481_467),
    recommend: true,
    response: null,
    has_photos: false,
  })
  expect(await reviewOf(2)).toMatchObject({ date: new Date('2019-01-01'), response: null })
  expect(await reviewOf(3)).toMatchObject({
    date: new Date('2020-02-29T10:30:00.250Z'),
    response: 'Glad to hear it!',
    has_photos: true,
  })
  expect(await reviewOf(5)).toMatchObject({
    summary: 'He said "fine"',
    body: 'First line of what I have to say.\nSecond line, after a "break", with a comma.',
  })
  expect(await reviewOf(7)).toMatchObject({ summary: 'Itâ€™s great', reviewer_name: 'zoÃ«' })
  expect(await reviewOf(12)).toMatchObject({
    body: 'Written on one system,\r\ncontinued on another: a CRLF inside the quotes.',
    response: null,
  })
  expect(await reviewOf(13)).toMatchObject({
    body: 'A tab:\there. A backslash: C:\\shoes\\N. A lone "quote" inside, not doubled.',
  })
  expect(await reviewOf(14)).toMatchObject({ reported: true })
  expect(await verifyAggregates(client)).toEqual([])
  const product = await client.query('select * from product_figures where product_id = 1')
  expect(product.rows).toMatchObject([
    { characteristic_ids: ['1', '2'], answer_sums: ['7', '7'], answer_counts: ['2', '2'] },
  ])
})

test('importing twice leaves the same as importing once, indexes and sequences included', async () => {
  const before = (await everything()) as { schema: unknown }
  await importFrom(samples)
  const once = (await everything()) as { schema: unknown }
  expect((await importFrom(samples)).code).toBe(0)
  expect(await everything()).toEqual(once)
  expect(once.schema).toEqual(before.schema)
  const { rows } = await client.query<{ id: string }>(`select nextval('reviews_id_seq') as id`)
  expect(rows[0]?.id).toBe('19')
})

test('generate --load leaves what generate --out and import leave', async () => {
  expect((await generateInto(300, '--load')).code).toBe(0)
  const loaded = await everything()
  expect((await generateInto(300, '--out', folder)).code).toBe(0)
  const { code, out } = await importFrom(folder)
  expect(code).toBe(0)
  expect(out).not.toContain('Rejected')
  expect(await everything()).toEqual(loaded)
  expect(await verifyAggregates(client)).toEqual([])
  const photos = await client.query(`
    select from reviews r where has_photos <> exists (select from photos where review_id = r.id)`)
  expect(photos.rowCount).toBe(0)
})

test('reviews and votes that were posted are not deleted without being told to', async () => {
  await importFrom(samples)
  // A post that was refused takes a number, too.
  await client.query(`select nextval('reviews_id_seq')`)
  expect((await importFrom(samples)).code).toBe(0)
  await client.query(`insert into reviews (product_id, date, rating, recommend, summary, body, reviewer_name, reviewer_email)
    values (1, now(), 5, true, 's', 'b', 'n', 'e')`)
  const posted = await everything()
  const rejects = await readFile(rejected(), 'latin1')
  const refused = await importFrom(samples)
  expect(refused.code).toBe(3)
  expect(refused.err).toContain('Add --replace')
  expect(await everything()).toEqual(posted)
  expect(await readFile(rejected(), 'latin1')).toBe(rejects)
  expect((await importFrom(samples, '--replace')).code).toBe(0)
  expect(await reviewOf(19)).toBeUndefined()
  await client.query(`insert into votes values (1, 'helpful', 'somebody')`)
  expect((await importFrom(samples)).code).toBe(3)
})

test.each([
  ['a missing file', { 'reviews_photos.csv': null }, /does not hold reviews_photos\.csv/],
  ['a wrong header', { 'characteristics.csv': 'a,b\n' }, /characteristics\.csv line 1: expected/],
  [
    'a file that ends inside quotes',
    { 'characteristics.csv': 'id,product_id,name\n1,1,"Fit\n' },
    /characteristics\.csv: the file ends inside the quoted field that was opened on line 2/,
  ],
  [
    'a field of 10 MB',
    { 'reviews_photos.csv': `id,review_id,url\n1,1,"${'x'.repeat(10_485_760)}"\n` },
    /reviews_photos\.csv line 2: this row is longer than 1 MiB/,
  ],
  ['a binary file', { 'characteristic_reviews.csv': '\x7fELF\0\0' }, /is a binary file/],
])('%s is said in one sentence and nothing is imported', async (_, changed, message) => {
  await importFrom(samples)
  const before = await everything()
  await writeFiles(changed)
  const { code, err } = await importFrom(folder)
  expect(code).toBe(3)
  expect(err.trim().split('\n').at(-1)).toMatch(message)
  expect(await everything()).toEqual(before)
})

test.each(['imported', 'aggregates'])(
  'Ctrl-C while rows are %s leaves what was there before',
  async (when) => {
    await importFrom(samples)
    const before = await everything()
    const at = terminal()
    const sign = when === 'imported' ? 'generated reviews ' : 'Adding up'
    let interrupted = false
    at.stderr.write = (text) => {
      if (!interrupted && text.includes(sign)) interrupted = at.emit('SIGINT')
      return (at.said.err += text)
    }
    expect(await generateCommand(['--products', '2000', '--load'], at)).toBe(130)
    expect(interrupted).toBe(true)
    expect(at.said.err).toContain('Interrupted')
    expect(at.listenerCount('SIGINT')).toBe(0)
    expect(await everything()).toEqual(before)
  },
)

test.each(['generated reviews ', 'Building indexes'])(
  'a database that is lost at "%s" is said, and what was there before stays',
  async (sign) => {
    await importFrom(samples)
    const before = await everything()
    const at = terminal()
    let killed: Promise<{ rowCount: number | null }> | undefined
    at.stderr.write = (text) => {
      if (text.includes(sign)) {
        killed ??= client.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where application_name = 'reviews' and backend_type = 'client backend'`,
        )
      }
      return (at.said.err += text)
    }
    expect(await generateCommand(['--products', '5000', '--load'], at)).toBe(4)
    expect((await killed)?.rowCount).toBe(1)
    expect(at.said.err).toMatch(/connection to the database was lost/)
    expect(await everything()).toEqual(before)
  },
)

test('a database without tables, or none at all, is a broken environment', async () => {
  await using empty = await host.createDatabase()
  const bare = terminal(empty.url)
  expect(await importCommand([samples, '--rejected', rejected()], bare)).toBe(4)
  expect(bare.said.err).toContain('Run "reviews migrate" first')
  const nowhere = terminal('postgres://u:p@127.0.0.1:1/x')
  expect(await importCommand([samples, '--rejected', rejected()], nowhere)).toBe(4)
  expect(nowhere.said.err).toContain('ECONNREFUSED')
})

test('two imports at once: one after the other, and both leave the same', async () => {
  const ended = await Promise.all([importFrom(samples), importFrom(samples)])
  expect(ended.map(({ code }) => code)).toEqual([0, 0])
  expect((await client.query('select from reviews')).rowCount).toBe(10)
})

test('verify finds every sum that is not what a recount gives, for the products asked for', async () => {
  await importFrom(samples)
  await client.query('update product_figures set rating_5 = rating_5 + 1 where product_id = 1')
  await client.query('delete from product_figures where product_id = 5')
  await client.query(
    'update product_figures set answer_sums[1] = 0 where characteristic_ids[1] = 3',
  )
  expect(await verifyAggregates(client, { products: [1, 2] })).toEqual([
    { product_id: 1, what: 'rating_5', stored: 2, counted: 1 },
    { product_id: 2, what: 'characteristic 3 answers_sum', stored: 0, counted: 6 },
  ])
  expect(await verifyAggregates(client)).toHaveLength(11)
  const at = terminal()
  expect(await verifyCommand(['--products', '1'], at)).toBe(1)
  expect(at.said.out).toBe('product 1, rating_5: stored 2, counted 1\nSums differ.\n')
  expect(await verifyCommand(['--products', '77'], terminal())).toBe(0)
})

test('verify that begins while an import runs sees all of it', async () => {
  await generateInto(20, '--out', folder)
  const waiting = async (lock: string) => {
    const { rows } = await client.query(
      'select from pg_locks where not granted and relation = $1::regclass',
      [lock],
    )
    return rows.length > 0
  }
  // The last table that an import locks: it waits there and holds the others.
  await client.query('begin; lock table votes in access share mode')
  const importing = importFrom(folder)
  expect(await until(() => waiting('votes'), { deadline_ms: 5_000 })).toBe(true)
  await using other = await connected()
  const verifying = verifyAggregates(other.client)
  expect(await until(() => waiting('product_figures'), { deadline_ms: 5_000 })).toBe(true)
  await client.query('commit')
  expect((await importing).code).toBe(0)
  expect(await verifying).toEqual([])
})

test('a file of reviews without a row empties no shop', async () => {
  await generateInto(20, '--out', folder)
  expect((await importFrom(folder)).code).toBe(0)
  const before = await everything()
  const file = join(folder, 'reviews.csv')
  const [header = ''] = (await readFile(file, 'utf8')).split('\n', 1)
  await writeFile(file, `${header}\n`)
  for (const more of [[], ['--dry-run']]) {
    const { code, err } = await importFrom(folder, ...more)
    expect([code, err]).toEqual([3, expect.stringContaining('no row below the header')])
  }
  expect(await everything()).toEqual(before)
})

test('a data set that is not written to its end leaves the files of another as they were', async () => {
  await generateInto(5, '--out', folder)
  const texts = () =>
    Promise.all(csvFiles.map(({ names }) => readFile(join(folder, names[0]), 'utf8')))
  const before = await texts()
  const stop = new AbortController()
  const written: string[] = []
  const onFile = ({ path }: { path: string }) => {
    written.push(path)
    stop.abort()
  }
  const options = { folder, products: 9, seed: 1, onFile, signal: stop.signal }
  await expect(writeDataSet(options)).rejects.toThrow('abort')
  expect(written).toHaveLength(1)
  expect(await texts()).toEqual(before)
  expect((await readdir(folder)).filter((name) => name.endsWith('.unfinished'))).toEqual([])
})

test('a recount that takes too long is given up', async () => {
  await generateInto(3000, '--load')
  await expect(verifyAggregates(client, { timeout: 1 })).rejects.toMatchObject({ code: '57014' })
})

test.each([
  [['--products', '0', '--load'], /--products: expected a whole number from 1/],
  [['--load'], /--products: expected .* found nothing/],
  [['--products', '5'], /either --out DIR or --load/],
  [['--products', '5', '--seed', 'x', '--load'], /--seed: expected/],
  [['--product', '5'], /Unknown option '--product'/],
])('generate %j is refused with what it expected', async (args, message) => {
  const at = terminal()
  expect(await generateCommand(args, at)).toBe(3)
  expect(at.said.err).toMatch(message)
})

test('files larger than the memory they may use are imported', async () => {
  const products = 50_000
  await generateInto(products, '--out', folder)
  const sizes = await Promise.all(
    csvFiles.map(({ names }) => stat(join(folder, names[0])).then(({ size }) => size)),
  )
  // About 20 MB are alive at a time; V8 needs as much again to move them, and more to be on time.
  const heap = 80
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(heap * 1_048_576)
  const args = [`--max-old-space-size=${heap}`, main, 'import', folder, '--rejected', rejected()]
  const child = spawn(process.execPath, args, {
    env: { DATABASE_URL: database.url },
    stdio: 'ignore',
  })
  expect(await once(child, 'exit')).toEqual([0, null])
  expect((await client.query('select count(*)::int4 from reviews')).rows).toEqual([
    { count: totalReviews(products) },
  ])
}, 600_000)
