import { startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { call, runHelpdesk, type RunningHelpdesk } from '../../test/running-helpdesk.ts'

let host: PostgresHost
let helpdesk: RunningHelpdesk

beforeAll(async () => {
  host = await startTestPostgres()
  helpdesk = await runHelpdesk(host, {
    environment: { HASH_QUEUE_LIMIT: '8', LOGIN_FAILURES_PER_MINUTE: '3' },
  })
})
afterAll(async () => {
  await helpdesk[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

const login = (username: string, password: string) =>
  call(`${helpdesk.url}/auth/login`, { method: 'POST', json: { username, password } })

test('a storm of logins is shed with Retry-After, and polls go on meanwhile', async () => {
  const caller = await helpdesk.register()
  const { cursor } = (await caller.get('/api/updates')).body
  const storm = Promise.all(
    Array.from({ length: 300 }, () => login(caller.username, 'correct horse')),
  )
  const polls: number[] = []
  const raging = new AbortController()
  const polling = (async () => {
    while (!raging.signal.aborted) {
      const since = performance.now()
      expect((await caller.get(`/api/updates?cursor=${cursor}`)).status).toBe(200)
      polls.push(performance.now() - since)
    }
  })()
  const answers = await storm
  raging.abort()
  await polling
  const served = answers.filter(({ status }) => status === 200)
  const shed = answers.filter(({ status }) => status === 503)
  expect(served.length).toBeGreaterThanOrEqual(9)
  expect(served.length + shed.length).toBe(300)
  expect(shed.length).toBeGreaterThan(100)
  for (const { headers, body } of shed) {
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(body.status).toBe(503)
  }
  // The first poll waits for 300 requests that this process sends and answers itself.
  const sorted = polls.slice(1).toSorted((a, b) => a - b)
  expect(sorted.length).toBeGreaterThan(10)
  expect(sorted[Math.floor(sorted.length * 0.9)]).toBeLessThan(200)
})

test('failed logins of one name are limited, and those of others are not', async () => {
  await helpdesk.register('the_target')
  const statuses: number[] = []
  for (let n = 0; n < 5; n++) statuses.push((await login('the_target', 'guess')).status)
  expect(statuses).toEqual([401, 401, 401, 429, 429])
  const refused = await login('the_target', 'correct horse')
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await login('somebody_else', 'guess')).status).toBe(401)
})
