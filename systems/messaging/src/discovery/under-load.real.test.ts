// Stores that come and go by way of etcd while messages are sent: no client notices.

import { rm } from 'node:fs/promises'
import { migrateDatabase } from '@plimsoll/service/migrate'
import { openDiscovery, startTestPostgres, type PostgresDatabase } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { needs } from '../../../../test/optional-part.ts'
import { startMessaging, type MessagingProcess } from '../../test/messaging-process.ts'
import { startSenders } from '../../test/senders.ts'
import { migrationsFolder } from '../migrate.ts'

let database: PostgresDatabase
const stack = new AsyncDisposableStack()
const patience = { timeout: 10_000, interval: 20 }

beforeAll(async () => {
  const host = stack.use(await startTestPostgres())
  database = stack.use(await host.createDatabase())
  await migrateDatabase({ url: database.url, folder: migrationsFolder })
})
afterAll(() => stack.disposeAsync())

const storeAt = (ETCD_URL: string, settings: Readonly<Record<string, string>> = {}) =>
  startMessaging('store', { DATABASE_URL: database.url, ETCD_URL, ...settings })

/** A figure of a process; without a name it is the number of stores that an edge knows. */
async function figure({ url }: MessagingProcess, name = 'stores_known'): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? NaN)
}

test('a store that is told to go leaves the list first: no call of an edge fails', async (context) => {
  needs('etcd', context)
  await using etcd = await openDiscovery()
  await using leaving = await storeAt(etcd.url, { READY_DELAY_MS: '3000' })
  await using _staying = await storeAt(etcd.url)
  await using edge = await startMessaging('edge', { ETCD_URL: etcd.url })
  await vi.waitFor(async () => expect(await figure(edge)).toBe(2), patience)
  const load = startSenders(edge.url, { chat: 'told:togo', hasClientId: false })
  await load.acknowledged(200)
  leaving.child.kill('SIGTERM')
  await vi.waitFor(async () => expect(await figure(edge)).toBe(1), patience)
  expect(leaving.child.exitCode).toBe(null)
  expect(await leaving.ended).toBe(0)
  expect(leaving.said.text).toContain('"deregistered"')
  await load.acknowledged(200)
  expect(await load.stop()).toEqual(new Set([200]))
  expect(await figure(edge, 'call_failures_total{lane="send"}')).toBe(0)
})

test('a store that comes is called', async (context) => {
  needs('etcd', context)
  await using etcd = await openDiscovery()
  await using _first = await storeAt(etcd.url)
  await using edge = await startMessaging('edge', { ETCD_URL: etcd.url })
  await vi.waitFor(async () => expect(await figure(edge)).toBe(1), patience)
  const load = startSenders(edge.url, { chat: 'come:in', hasClientId: false })
  await load.acknowledged(100)
  await using coming = await storeAt(etcd.url)
  await vi.waitFor(async () => expect(await figure(edge)).toBe(2), patience)
  await load.acknowledged(200)
  expect(await load.stop()).toEqual(new Set([200]))
  expect(await figure(coming, 'coalesced_requests_total{lane="send_messages"}')).toBeGreaterThan(0)
})

test('etcd that comes back with empty data costs no message, and the list is whole again', async (context) => {
  needs('etcd', context)
  await using etcd = await openDiscovery()
  await using first = await storeAt(etcd.url)
  await using second = await storeAt(etcd.url)
  await using edge = await startMessaging('edge', { ETCD_URL: etcd.url })
  await vi.waitFor(async () => expect(await figure(edge)).toBe(2), patience)
  const load = startSenders(edge.url, { chat: 'emp:ty', hasClientId: false })
  await load.acknowledged(200)
  await etcd.stop()
  await rm(etcd.dataFolder, { recursive: true })
  await vi.waitFor(async () => expect(await figure(edge, 'discovery_answers')).toBe(0), patience)
  await load.acknowledged(200)
  expect(await figure(edge)).toBe(2)
  await etcd.restart()
  const registrations = ({ said }: MessagingProcess) => said.text.split('"registered"').length - 1
  await vi.waitFor(() => expect([first, second].map(registrations)).toEqual([2, 2]), patience)
  await vi.waitFor(async () => expect(await figure(edge)).toBe(2), patience)
  await load.acknowledged(200)
  expect(await load.stop()).toEqual(new Set([200]))
  expect(await figure(edge, 'call_failures_total{lane="send"}')).toBe(0)
  // And it is followed as before.
  await using _third = await storeAt(etcd.url)
  await vi.waitFor(async () => expect(await figure(edge)).toBe(3), patience)
})
