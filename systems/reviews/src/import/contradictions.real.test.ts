// Rows that are in order by themselves and contradict others.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrateDatabase } from '@plimsoll/service/migrate'
import { startTestPostgres } from '@plimsoll/stores'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rememberingTerminal } from '../../test/remembering-terminal.ts'
import { migrationsFolder } from '../migrate.ts'
import { verifyAggregates } from '../verify/verify-aggregates.ts'
import { csvFiles } from './files.ts'
import { importCommand } from './import-command.ts'
import type { PostgresHost } from '@plimsoll/stores'

let host: PostgresHost
let folder: string

beforeAll(async () => {
  host = await startTestPostgres()
  folder = await mkdtemp(join(tmpdir(), 'reviews-contradictions-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await host[Symbol.asyncDispose]()
})

const row = (id: number, product: number) => `${id},${product},5,0,"s","b",1,0,"n","e",null,0`
const files = {
  'reviews.csv': [csvFiles[0]?.columns.join(','), row(1, 1), row(2, 2)],
  'characteristics.csv': [
    'id,product_id,name',
    '1,1,"Fit"',
    '2,2,"Fit"',
    '3,1,"Fit"',
    '4,1,"Size"',
  ],
  'reviews_photos.csv': ['id,review_id,url'],
  'characteristic_reviews.csv': [
    'id,characteristic_id,review_id,value',
    '1,1,1,5',
    '2,1,2,1',
    '3,4,1,2',
    '4,1,1,3',
    '5,3,1,1',
    '6,2,2,4',
  ],
}
const reasons = [
  'characteristics.csv 4 product 1 has a characteristic of this name already',
  'characteristic_reviews.csv 3 characteristic 1 is of another product than review 2',
  'characteristic_reviews.csv 5 review 1 has answered characteristic 1 already',
  'characteristic_reviews.csv 6 characteristic 3 does not exist or was itself rejected',
]

test('they are rejected with line and reason, and a dry run says the same', async () => {
  await using database = await host.createDatabase()
  await migrateDatabase({ url: database.url, folder: migrationsFolder })
  for (const [name, lines] of Object.entries(files)) {
    await writeFile(join(folder, name), `${lines.join('\n')}\n`)
  }
  const rejected = join(folder, 'rejected.csv')
  for (const more of [['--dry-run'], []]) {
    const at = rememberingTerminal(database.url)
    expect(await importCommand([folder, '--rejected', rejected, ...more], at)).toBe(0)
    const lines = (await readFile(rejected, 'utf8')).trim().split('\n').slice(1)
    const said = lines.map((line) => /([a-z_]+\.csv)",(\d+),"([^"]+)"/.exec(line)?.slice(1))
    expect(said.map((words) => words?.join(' '))).toEqual(reasons)
  }
  const client = new Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query('select * from product_figures order by product_id')
  expect(rows).toMatchObject([
    { characteristic_ids: ['1', '4'], answer_sums: ['5', '2'], answer_counts: ['1', '1'] },
    { characteristic_ids: ['2'], answer_sums: ['4'], answer_counts: ['1'] },
  ])
  expect(await verifyAggregates(client)).toEqual([])
  await client.end()
})
