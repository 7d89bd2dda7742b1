// The list of stores in a real etcd: who comes, goes, dies, and what is left of it when etcd itself does.

import { rm } from 'node:fs/promises'
import { createLog } from '@plimsoll/service'
import { freePort, openDiscovery, type StoreServer } from '@plimsoll/stores'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'

import { find, needs } from '../../../../test/optional-part.ts'
import { EtcdClient, type Found } from './etcd-client.ts'
import { Registration } from './registration.ts'
import { StoreList } from './store-list.ts'

const log = createLog({ service: 'test', level: 'silent' })
const patience = { timeout: 10_000, interval: 10 }
let etcd: StoreServer
let tests = 0

beforeAll(async () => {
  if (find('etcd') !== undefined) etcd = await openDiscovery()
})
afterAll(() => etcd?.[Symbol.asyncDispose]())
beforeEach((context) => {
  needs('etcd', context)
  tests++
})

async function put(key: string, value: string): Promise<void> {
  const [name, text] = [key, value].map((each) => Buffer.from(each).toString('base64'))
  const body = JSON.stringify({ key: name, value: text })
  expect((await fetch(`${etcd.url}/v3/kv/put`, { method: 'POST', body })).status).toBe(200)
}

function found(prefix: string): Promise<Found> {
  const client = new EtcdClient({ urls: [etcd.url], timeout: 1_000 })
  return client.valuesUnder(prefix, new AbortController().signal)
}

/** What stands under the prefix of this test, and how to stand there. */
function place(urls: readonly string[] = [etcd.url]) {
  const prefix = `/test/${tests}/`
  const client = () => new EtcdClient({ urls, timeout: 500 })
  const lists: string[][] = []
  const list = new StoreList({
    etcd: client(),
    prefix,
    onList: (urls) => void lists.push(urls.toSorted()),
    log,
  })
  onTestFinished(() => list[Symbol.asyncDispose]())
  return {
    prefix,
    list,
    lists,
    known: () => lists.at(-1),
    /** What etcd itself says, past the list. */
    stored: async () => (await found(prefix)).values,
    register: (name: string, isReady = async () => true) => {
      const url = `http://${name}`
      const registration = new Registration({
        etcd: client(),
        prefix,
        url,
        lease_seconds: 2,
        isReady,
        log,
      })
      onTestFinished(() => registration.end())
      return registration
    },
  }
}

test('a store is in the list while it is ready, and no longer once it deregistered', async () => {
  const { lists, known, register } = place()
  const [a] = [register('a'), register('b')]
  await vi.waitFor(() => expect(known()).toEqual(['http://a', 'http://b']), patience)
  await a.end()
  await vi.waitFor(() => expect(known()).toEqual(['http://b']), patience)
  expect(lists.length).toBeLessThanOrEqual(4)
})

test('a store that is not ready is not in the list, and leaves it when it is ready no more', async () => {
  let isReady = false
  const { known, register } = place()
  register('b')
  register('a', async () => isReady)
  await vi.waitFor(() => expect(known()).toEqual(['http://b']), patience)
  isReady = true
  await vi.waitFor(() => expect(known()).toEqual(['http://a', 'http://b']), patience)
  isReady = false
  await vi.waitFor(() => expect(known()).toEqual(['http://b']), patience)
})

test('a store that was killed and comes back at once stays when the lease of its former life ends', async () => {
  const { prefix, lists, known, register, stored } = place()
  const client = new EtcdClient({ urls: [etcd.url], timeout: 1_000 })
  const { signal } = new AbortController()
  const former = await client.grant(2, signal)
  await client.hold({ key: `${prefix}http://a`, value: 'http://a', lease: former }, signal)
  register('a')
  await vi.waitFor(() => expect(known()).toEqual(['http://a']), patience)
  const timeToLive = async () => {
    const answer = await fetch(`${etcd.url}/v3/lease/timetolive`, {
      method: 'POST',
      body: JSON.stringify({ ID: former }),
    })
    return Number(((await answer.json()) as { TTL?: string }).TTL)
  }
  await vi.waitFor(async () => expect(await timeToLive()).toBe(-1), patience)
  expect(await stored()).toEqual(['http://a'])
  expect(lists.filter((urls) => urls.length > 0)).toEqual([['http://a']])
})

test('what an operator removes by mistake comes back', async () => {
  const { prefix, known, register, stored } = place()
  register('a')
  await vi.waitFor(() => expect(known()).toEqual(['http://a']), patience)
  const key = Buffer.from(`${prefix}http://a`).toString('base64')
  const deleted = await fetch(`${etcd.url}/v3/kv/deleterange`, {
    method: 'POST',
    body: JSON.stringify({ key }),
  })
  expect(await deleted.json()).toMatchObject({ deleted: '1' })
  await vi.waitFor(async () => expect(await stored()).toEqual(['http://a']), patience)
  await vi.waitFor(() => expect(known()).toEqual(['http://a']), patience)
})

test('what is no address is left out', async () => {
  const { prefix, known, register } = place()
  for (const [n, value] of [
    '',
    'a',
    'file:///etc',
    'http://a/path',
    'http://u:p@a',
    'http://a b',
  ].entries()) {
    await put(`${prefix}wrong${n}`, value)
  }
  register('good:1')
  await vi.waitFor(() => expect(known()).toEqual(['http://good:1']), patience)
})

test('a member that does not answer is left for the next one', async () => {
  const nobody = `http://127.0.0.1:${await freePort()}`
  const { known, register } = place([nobody, etcd.url])
  register('a')
  await vi.waitFor(() => expect(known()).toEqual(['http://a']), patience)
})

test('while etcd is dead the list stays, and it is followed again afterwards', async () => {
  const { list, lists, known, register } = place()
  register('a')
  await vi.waitFor(() => expect(known()).toEqual(['http://a']), patience)
  const before = lists.length
  await etcd.kill()
  await vi.waitFor(() => expect(list.isCurrent).toBe(false), patience)
  await etcd.restart()
  await vi.waitFor(() => expect(list.isCurrent).toBe(true), patience)
  expect(lists.slice(before).every((each) => each.join() === 'http://a')).toBe(true)
  register('b')
  await vi.waitFor(() => expect(known()).toEqual(['http://a', 'http://b']), patience)
})

test('when etcd comes back with empty data every store registers again', async () => {
  const { known, register, stored } = place()
  register('a')
  register('b')
  await vi.waitFor(() => expect(known()).toEqual(['http://a', 'http://b']), patience)
  await put('/mark/', 'here')
  await etcd.stop()
  await rm(etcd.dataFolder, { recursive: true })
  await etcd.restart()
  expect((await found('/mark/')).values).toEqual([])
  await vi.waitFor(async () => expect(await stored()).toEqual(['http://a', 'http://b']), patience)
  await vi.waitFor(() => expect(known()).toEqual(['http://a', 'http://b']), patience)
})

test('deregistering has an end when etcd is away', async () => {
  const { known, register } = place()
  const a = register('a')
  await vi.waitFor(() => expect(known()).toEqual(['http://a']), patience)
  await etcd.kill('SIGSTOP')
  const began = performance.now()
  await a.end()
  expect(performance.now() - began).toBeLessThan(2_000)
  await etcd.kill('SIGCONT')
})
