// Exports of other shops through the maps of examples/maps, and back out of the service: what is served is held
// against the file as csv-parse reads it. The public data sets and our samples with their quirks go the same way.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { migrateDatabase } from '@plimsoll/service/migrate'
import { startTestPostgres } from '@plimsoll/stores'
import { parse } from 'csv-parse/sync'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { needsData } from '../../../../test/optional-part.ts'
import { rememberingTerminal } from '../../test/remembering-terminal.ts'
import { serviceOn } from '../../test/running-reviews.ts'
import { migrationsFolder } from '../migrate.ts'
import { verifyAggregates } from '../verify/verify-aggregates.ts'
import { importCommand } from './import-command.ts'
import type { PostgresDatabase, PostgresHost } from '@plimsoll/stores'

const examples = fileURLToPath(new URL('../../../../examples', import.meta.url))
const sample = (name: string) => join(examples, 'data/exports', name)
const mapFile = (name: string) => join(examples, 'maps', `${name}.json`)
let host: PostgresHost
let database: PostgresDatabase
let folder: string

beforeAll(async () => {
  host = await startTestPostgres()
})
afterAll(() => host[Symbol.asyncDispose]())

beforeEach(async () => {
  database = await host.createDatabase()
  await migrateDatabase({ url: database.url, folder: migrationsFolder })
  folder = await mkdtemp(join(tmpdir(), 'reviews-map-'))
})
afterEach(async () => {
  await database[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

async function importMapped(file: string, map: string, ...more: string[]) {
  const at = rememberingTerminal(database.url)
  const rejected = join(folder, 'rejected.csv')
  const code = await importCommand([file, '--map', map, '--rejected', rejected, ...more], at)
  const lines = code === 0 ? (await readFile(rejected, 'utf8')).trim().split('\n').slice(1) : []
  return { code, lines, ...at.said }
}

/** What a review is served as, in the order of `reviewColumns`. */
type Served = readonly unknown[]
const reviewColumns = [
  'review_id',
  'rating',
  'summary',
  'recommend',
  'response',
  'body',
  'date',
  'reviewer_name',
  'helpfulness',
]

/** Every review of these products, through the front door. */
async function servedReviews(products: Iterable<number>): Promise<Map<number, Served>> {
  await using service = await serviceOn(database.url)
  const found = new Map<number, Served>()
  for (const product of products) {
    let cursor: string | null = ''
    while (cursor !== null) {
      const place: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const query = `product_id=${product}&sort=newest&count=100${place}`
      const answer = await fetch(`${service.url}/reviews?${query}`)
      const page = (await answer.json()) as {
        results: Record<string, unknown>[]
        next_cursor: string | null
      }
      for (const review of page.results) {
        const values = reviewColumns.map((column) => review[column])
        found.set(Number(review['review_id']), [product, ...values])
      }
      cursor = page.next_cursor
    }
  }
  return found
}

/** Holds what is served against the expected reviews, each with its product first. */
async function expectServed(expected: readonly Served[]) {
  const served = await servedReviews(new Set(expected.map(([product]) => Number(product))))
  const wrong = expected.filter(
    (review) => JSON.stringify(served.get(Number(review[1]))) !== JSON.stringify(review),
  )
  expect(wrong).toEqual([])
  expect(served.size).toBe(expected.length)
  const client = new Client({ connectionString: database.url })
  await client.connect()
  expect(await verifyAggregates(client)).toEqual([])
  const { rows } = await client.query('select count(*)::int4 from reviews')
  expect(rows).toEqual([{ count: expected.length }])
  await client.end()
}

/** As a judge that shares nothing with the import reads it. */
function judged(bytes: Buffer, delimiter = ','): string[][] {
  return parse(bytes, { delimiter, bom: true, relax_column_count: true }).slice(1)
}

function clothingReview(row: readonly string[]): Served {
  const [id, product, , title, text, rating, recommended, helpful] = row
  const date = '2018-02-03T00:00:00.000Z'
  return [
    Number(product) + 1,
    Number(id) + 1,
    Number(rating),
    title,
    recommended === '1',
    null,
    text,
    date,
    'a customer',
    Number(helpful),
  ]
}

function vendorRating(
  [reviewer, vendor, rating, date = '']: readonly string[],
  row: number,
): Served {
  const instant = `${date.replace(' ', 'T')}:00.000Z`
  const stars = Number(rating)
  return [Number(vendor) + 1, row + 1, stars, '', stars > 3, null, '', instant, reviewer, 0]
}

test('our sample of clothing reviews is served back byte for byte, its two bad rows are named', async () => {
  const file = sample('clothing-reviews.csv')
  const { code, out, lines } = await importMapped(file, mapFile('womens-clothing-reviews'))
  expect([code, out]).toEqual([0, expect.stringMatching(/clothing-reviews\.csv +8 +6 +2\n/)])
  expect(lines).toEqual([
    expect.stringContaining(
      `",10,"recommend (column ""Recommended IND""): expected ""1"" or ""0"", found """"","6,1078`,
    ),
    expect.stringContaining('",11,"expected 11 fields, found 7","7,1078'),
  ])
  const rows = judged(await readFile(file)).filter((row) => row.length === 11 && row[6] !== '')
  await expectServed(rows.map(clothingReview))
})

test('all 23,486 real reviews of a clothing shop are served back byte for byte', async (context) => {
  const data = needsData('womens-clothing-reviews', context)
  const packed = await readFile(join(data, 'Womens Clothing E-Commerce Reviews.csv.gz'))
  const file = join(folder, 'export.csv')
  await writeFile(file, gunzipSync(packed))
  const { code, out, lines } = await importMapped(file, mapFile('womens-clothing-reviews'))
  expect([code, lines]).toEqual([0, []])
  expect(out).toMatch(/export\.csv +23,486 +23,486 +0\n/)
  const rows = judged(await readFile(file))
  expect(rows).toHaveLength(23_486)
  await expectServed(rows.map(clothingReview))
})

test('our sample of vendor ratings is taken without texts, equal rows both', async () => {
  const file = sample('vendor-ratings.csv')
  const { code, out, lines } = await importMapped(file, mapFile('anonreviews'))
  expect([code, out]).toEqual([0, expect.stringMatching(/vendor-ratings\.csv +7 +5 +2\n/)])
  expect(lines.map((line) => /",(\d+),"(.*?)"/.exec(line)?.slice(1))).toEqual([
    ['5', 'rating: expected a whole number from 1 to 5, found '],
    ['7', 'date (column '],
  ])
  const rows = judged(await readFile(file)).map(vendorRating)
  await expectServed(rows.filter((_, at) => at !== 3 && at !== 5))
})

test('100,000 real ratings are all accounted for: 195 rows with rating 0 are named, the rest is served', async (context) => {
  const file = join(needsData('anonreviews', context), 'anonreviews.csv')
  const { code, out, lines } = await importMapped(file, mapFile('anonreviews'))
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(/anonreviews\.csv +100,000 +99,805 +195\n/),
  ])
  const rows = judged(await readFile(file))
  const zeros = rows.flatMap((row, at) => (row[2] === '0' ? [at + 2] : []))
  expect(lines.map((line) => Number(/",(\d+),"rating/.exec(line)?.[1]))).toEqual(zeros)
  const expected = rows.map(vendorRating)
  await expectServed(expected.filter(([, , stars]) => stars !== 0))
})

test('semicolons, other dates and other words are what the map says', async () => {
  const { code, out, lines } = await importMapped(sample('schuhladen.csv'), mapFile('schuhladen'))
  expect([code, out]).toEqual([0, expect.stringMatching(/schuhladen\.csv +5 +3 +2\n/)])
  expect(lines).toEqual([
    expect.stringContaining('",4,"recommend (column ""Empfehlung""): expected ""ja"" or ""nein""'),
    expect.stringContaining('",5,"date (column ""Datum""): expected a date as DD.MM.YYYY HH:mm'),
  ])
  const text = 'Sehr bequem; auch nach einem "langen" Tag.'
  const reported = 7_000_000_654_323
  const served = await servedReviews([12, 13])
  expect([...served.values()].toSorted((a, b) => Number(a[1]) - Number(b[1]))).toEqual([
    [
      12,
      7_000_000_000_017,
      5,
      'Größe passt',
      true,
      null,
      text,
      '2018-02-03T09:05:00.000Z',
      'Jürgen',
      3,
    ],
    [
      12,
      7_000_000_123_456,
      2,
      'Ohne Titel',
      false,
      'Das tut uns leid.',
      'Zu eng, leider.',
      '2019-12-31T23:59:00.000Z',
      'Ann',
      0,
    ],
  ])
  expect(served.has(reported)).toBe(false)
})

test('a dry run shows the first rows and what would be rejected, and touches no database', async () => {
  const at = rememberingTerminal('postgres://u:p@127.0.0.1:1/nowhere')
  const rejected = join(folder, 'rejected.csv')
  const args = [sample('schuhladen.csv'), '--map', mapFile('schuhladen'), '--dry-run']
  expect(await importCommand([...args, '--rejected', rejected], at)).toBe(0)
  expect(at.said.out).toContain('line 2 taken as\n    id                "7000000000017"\n')
  expect(at.said.out).toContain('summary           "Größe passt"\n')
  expect(at.said.out).toContain('response          null\n')
  expect(at.said.out).toContain('line 4 rejected: recommend (column "Empfehlung")')
  expect(at.said.out).toContain('A dry run: nothing was imported.')
  expect((await readFile(rejected, 'utf8')).trim().split('\n')).toHaveLength(3)
})

test('a map that takes nothing leaves what was there before', async () => {
  await importMapped(sample('vendor-ratings.csv'), mapFile('anonreviews'))
  const file = join(folder, 'Größe null.csv')
  await writeFile(file, 'reviewerId,vendorId,rating,date\n1,1,0,2006-04-07 17:08\n')
  const { code, err } = await importMapped(file, mapFile('anonreviews'))
  expect([code, err]).toEqual([3, expect.stringContaining('none of its 1 rows can be taken')])
  expect(await servedReviews([2])).toHaveProperty('size', 3)
  const rejected = await readFile(join(folder, 'rejected.csv'), 'utf8')
  expect(rejected).toContain('Größe null.csv",2,"rating: expected')
})

test('an export is not overwritten by its own rejected rows', async () => {
  const file = join(folder, 'rejected.csv')
  const text = await readFile(sample('vendor-ratings.csv'), 'utf8')
  await writeFile(file, text)
  const { code, err } = await importMapped(file, mapFile('anonreviews'))
  expect([code, err]).toEqual([3, expect.stringContaining('name another file with --rejected')])
  expect(await readFile(file, 'utf8')).toBe(text)
})

test('a map for another file is refused with every column that is not there', async () => {
  const { code, err } = await importMapped(sample('vendor-ratings.csv'), mapFile('schuhladen'))
  expect(code).toBe(3)
  expect(err).toContain('whose columns are "reviewerId,vendorId,rating,date":\n')
  expect(err).toContain('body: expected one column "Text", found no such column\n')
})
