import { expect, test } from 'vitest'

import { edgeSettingsFrom, storeSettingsFrom } from './settings.ts'

const DATABASE_URL = 'postgres://127.0.0.1/a'
const STORES = 'http://127.0.0.1:1'
const ETCD_URL = 'http://127.0.0.1:2379'

test('a store has answered before the edge gives the call up', () => {
  const { QUEUE_TIMEOUT_MS, STATEMENT_TIMEOUT_MS } = storeSettingsFrom({ DATABASE_URL })
  const { CALL_TIMEOUT_MS, ANSWER_WITHIN_MS } = edgeSettingsFrom({ STORES })
  // A message that was sent meanwhile is tried again, if that comes out while it might have been waiting.
  expect(2 * QUEUE_TIMEOUT_MS + STATEMENT_TIMEOUT_MS).toBeLessThan(CALL_TIMEOUT_MS)
  // And there is time for a second call.
  expect(2 * CALL_TIMEOUT_MS).toBeLessThanOrEqual(ANSWER_WITHIN_MS)
})

test('an edge finds its stores in one way: by a list or by etcd', () => {
  expect(edgeSettingsFrom({ STORES })).toMatchObject({ STORES })
  expect(edgeSettingsFrom({ ETCD_URL: `${ETCD_URL}, http://b:1` }).STORES).toBeUndefined()
  expect(() => edgeSettingsFrom({})).toThrow(
    'STORES: expected either a list of stores or ETCD_URL, found neither',
  )
  expect(() => edgeSettingsFrom({ STORES, ETCD_URL })).toThrow('found both')
})

test('a store that listens on every address says where it is reached', () => {
  const everywhere = { DATABASE_URL, ETCD_URL, HOST: '0.0.0.0' }
  expect(() => storeSettingsFrom(everywhere)).toThrow('ADVERTISED_URL')
  expect(() => storeSettingsFrom({ ...everywhere, ADVERTISED_URL: 'http://a:1' })).not.toThrow()
  expect(() => storeSettingsFrom({ DATABASE_URL, HOST: '0.0.0.0' })).not.toThrow()
})

test('all faults of the settings are told at once', () => {
  const wrong = { AUTH: 'jwt', ETCD_URL: 'localhost:2379', ETCD_TIMEOUT_MS: 'soon', PORT: '-1' }
  expect(() => edgeSettingsFrom(wrong)).toThrow(
    /PORT: [^]*ETCD_URL: [^]*ETCD_TIMEOUT_MS: [^]*TOKEN_SECRET: /,
  )
})
