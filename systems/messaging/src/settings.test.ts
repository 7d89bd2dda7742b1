import { expect, test } from 'vitest'

import { edgeSettingsFrom, storeSettingsFrom } from './settings.ts'

test('a store gives a request up before the edge gives the store up', () => {
  const store = storeSettingsFrom({ DATABASE_URL: 'postgres://127.0.0.1/a' })
  const { CALL_TIMEOUT_MS } = edgeSettingsFrom({ STORES: 'http://127.0.0.1:1' })
  expect(store.QUEUE_TIMEOUT_MS).toBeLessThan(CALL_TIMEOUT_MS)
  expect(store.STATEMENT_TIMEOUT_MS).toBeLessThan(CALL_TIMEOUT_MS)
})
