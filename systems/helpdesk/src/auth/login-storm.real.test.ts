import { startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { call, runHelpdesk, type RunningHelpdesk } from '../../test/running-helpdesk.ts'

let host: PostgresHost
let helpdesk: RunningHelpdesk

beforeAll(async () => {
  host = await startTestPostgres()
  helpdesk = await runHelpdesk(host, {
    environment: {
      HASH_QUEUE_LIMIT: '8',
      HASH_QUEUE_TIMEOUT_MS: '20000',
      LOGIN_FAILURES_PER_MINUTE: '3',
      TRUSTED_PROXIES: '127.0.0.1',
    },
  })
})
afterAll(async () => {
  await helpdesk[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

const login = (username: string, password: string, address?: string, url = helpdesk.url) =>
  call(`${url}/auth/login`, {
    method: 'POST',
    json: { username, password },
    headers: address === undefined ? {} : { 'x-forwarded-for': address },
  })

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
    expect(body).toMatchObject({ status: 503, error: body.detail })
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

test('of guesses that come side by side no more are answered than of those that come in turn', async () => {
  await using patient = await runHelpdesk(host, {
    environment: { HASH_QUEUE_TIMEOUT_MS: '20000', LOGIN_FAILURES_PER_MINUTE: '3' },
  })
  await patient.register('the_besieged')
  const guess = () => login('the_besieged', 'guess', undefined, patient.url)
  const guesses = Array.from({ length: 9 }, guess)
  const statuses = (await Promise.all(guesses)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 401)).toHaveLength(3)
  expect(statuses.filter((status) => status === 429)).toHaveLength(6)
})

test('who guesses at a name does not lock out its owner, who comes from elsewhere', async () => {
  await helpdesk.register('the_owner')
  // What a client says of itself stands before what the balancer heard.
  const attacker = () => login('the_owner', 'guess', '192.0.2.9, 203.0.113.1')
  const statuses: number[] = []
  for (let n = 0; n < 4; n++) statuses.push((await attacker()).status)
  expect(statuses).toEqual([401, 401, 401, 429])
  expect((await login('the_owner', 'correct horse', '203.0.113.1')).status).toBe(429)
  expect((await login('the_owner', 'correct horse', '192.0.2.9')).status).toBe(200)
})

test('one address may not try passwords on every name', async () => {
  const names = Array.from({ length: 8 }, (_, n) => `one_of_many_${n}`)
  for (const name of names) await helpdesk.register(name)
  const statuses: number[] = []
  // Three at each name, as many as one may have.
  for (const name of [...names, ...names, ...names]) {
    statuses.push((await login(name, 'guess', '203.0.113.2')).status)
  }
  expect(statuses.slice(0, 15)).toEqual(Array<number>(15).fill(401))
  expect(statuses).toContain(429)
  expect((await login('one_of_many_7', 'correct horse', '203.0.113.3')).status).toBe(200)
})
