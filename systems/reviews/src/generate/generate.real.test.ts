import { migrateDatabase } from '@plimsoll/service/migrate'
import { startTestPostgres } from '@plimsoll/stores'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { startProcess } from '../../test/reviews-process.ts'
import { migrationsFolder } from '../migrate.ts'
import { totalReviews } from './popularity.ts'
import { tableRows } from './products.ts'

test('what is loaded is never whole in memory nor on disk', async () => {
  const options = { products: 30_000, seed: 3 }
  const heap_MiB = 64
  let characters = 0
  for (const row of tableRows('reviews', options)) characters += row.join(',').length
  expect(characters).toBeGreaterThan(1.5 * heap_MiB * 1_048_576)
  await using host = await startTestPostgres()
  await using database = await host.createDatabase()
  await migrateDatabase({ url: database.url, folder: migrationsFolder })
  const words = ['generate', '--products', '30000', '--seed', '3', '--load']
  await using loading = startProcess(words, {
    DATABASE_URL: database.url,
    NODE_OPTIONS: `--max-old-space-size=${heap_MiB}`,
    // There is nowhere to put a file.
    TMPDIR: '/nowhere',
  })
  expect([await loading.ended, loading.said.err]).toEqual([0, expect.any(String)])
  const client = new Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query('select count(*)::int4 from reviews')
  await client.end()
  expect(rows).toEqual([{ count: totalReviews(options.products) }])
})
