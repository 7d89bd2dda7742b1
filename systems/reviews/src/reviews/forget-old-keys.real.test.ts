import { Database } from '@plimsoll/service'
import { startTestPostgres } from '@plimsoll/stores'
import { expect, test } from 'vitest'

import { runReviews } from '../../test/running-reviews.ts'
import { session } from '../create-reviews.ts'
import { forgetExpired } from './forget-old-keys.ts'

test('all keys older than 24 hours are forgotten, however many, and no other', async () => {
  await using host = await startTestPostgres()
  await using reviews = await runReviews(host)
  await reviews.sql(`
    insert into idempotency_keys (key, fingerprint, review_id, created_at)
    select 'key ' || i, '', i, now() - interval '24 hours' + (i - 25000.5) * interval '1 minute'
    from generate_series(1, 25100) i`)
  await using database = new Database({
    url: reviews.database.url,
    name: 'forgetting',
    size: 1,
    connectTimeout: 1_000,
    statementTimeout: 3_000,
    session,
    onError: () => undefined,
  })
  await forgetExpired(database)
  const [row] = await reviews.sql('select count(*)::int as left from idempotency_keys')
  expect(row?.['left']).toBe(100)
})
