// Long polls that end early. What a pull finds is not looked at here.

import { once } from 'node:events'
import { request } from 'node:http'
import { createHttpService, createLog, unavailable } from '@plimsoll/service'
import { expect, onTestFinished, test, vi } from 'vitest'

import { edgeSettingsFrom } from '../settings.ts'
import { WaitingPulls } from '../wait/waiting-pulls.ts'
import type { ReadyPage } from './newest-pages.ts'
import { addPullRoutes } from './pull-routes.ts'

const empty: ReadyPage = { json: '{"messages":[]}', messages: 0 }

async function polling(pull: () => Promise<ReadyPage>, most = 100) {
  const waiting = new WaitingPulls({ newest: async () => [], every_ms: 1_000, most })
  const { app } = await createHttpService({
    title: 'Test',
    version: '0.0.0',
    settings: edgeSettingsFrom({ STORES: 'http://127.0.0.1:1', MAX_REQUESTS_IN_FLIGHT: '2' }),
    log: createLog({ service: 'test', level: 'silent' }),
    isReady: async () => true,
  })
  await addPullRoutes(app, { pull, callers: () => undefined, waiting, wait_ms_max: 30_000 })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    waiting[Symbol.dispose]()
    await app.close()
  })
  return { waiting, url: `${url}/api/pull?chat=a:b&wait=30000` }
}

test('nobody is left waiting when the pull is rejected', async () => {
  const { waiting, url } = await polling(() => Promise.reject(unavailable('no store')))
  expect((await fetch(url)).status).toBe(503)
  await vi.waitFor(() => expect([waiting.waiters, waiting.chats]).toEqual([0, 0]))
})

test('nobody is left waiting when something was found', async () => {
  const { waiting, url } = await polling(async () => ({ ...empty, messages: 1 }))
  expect((await fetch(url)).status).toBe(200)
  await vi.waitFor(() => expect([waiting.waiters, waiting.chats]).toEqual([0, 0]))
})

test('nobody is left waiting when the client hangs up', async () => {
  const { waiting, url } = await polling(async () => empty)
  const poll = request(url).end()
  await vi.waitFor(() => expect(waiting.waiters).toBe(1))
  const broken = once(poll, 'error').catch((error: unknown) => error)
  poll.destroy(new Error('hung up'))
  await broken
  await vi.waitFor(() => expect([waiting.waiters, waiting.chats]).toEqual([0, 0]))
})

test('more long polls than may wait are 503', async () => {
  const { waiting, url } = await polling(async () => empty, 1)
  const poll = fetch(url)
  await vi.waitFor(() => expect(waiting.waiters).toBe(1))
  expect((await fetch(url)).status).toBe(503)
  waiting.release()
  expect((await poll).status).toBe(200)
})

test('who waits keeps no place from who does not', async () => {
  const { waiting, url } = await polling(async () => empty)
  const polls: Promise<Response>[] = []
  while (polls.length < 5) {
    polls.push(fetch(url))
    await vi.waitFor(() => expect(waiting.waiters).toBe(polls.length))
  }
  expect((await fetch(url.replace(/&wait=.*/, ''))).status).toBe(200)
  waiting.release()
  expect((await Promise.all(polls)).map(({ status }) => status)).toEqual(Array(5).fill(200))
})
