// The leaderboard over several instances: what is read, what is pushed, and when.

import { once } from 'node:events'
import { connect } from 'node:net'
import { startTestPostgres, until, type PostgresHost } from '@plimsoll/stores'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

import {
  call,
  runCampaign,
  tokenOf,
  type Caller,
  type RunningCampaign,
} from '../../test/running-campaign.ts'

let host: PostgresHost
let campaign: RunningCampaign

beforeAll(async () => {
  host = await startTestPostgres()
  campaign = await runCampaign(host, { instances: 2 })
  for (const url of campaign.urls) {
    await until(async () => (await call(`${url}/api/team/leaderboard`, {})).status === 200, {
      deadline_ms: 10_000,
    })
  }
})
afterAll(async () => {
  await campaign[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

interface Row {
  readonly team_name: string
  readonly is_user_team: boolean
}

const page = async (who: Caller) => (await who.get('/api/team/leaderboard/')).body as readonly Row[]

/** The events of a stream, as they come. */
async function follow(url: string, token?: string) {
  const leaving = new AbortController()
  const answer = await fetch(`${url}/api/team/leaderboard/stream`, {
    signal: leaving.signal,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  })
  const events: Row[][] = []
  let isOver = false
  const reading = (async () => {
    let text = ''
    for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece
      const parts = text.split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1]
        if (data !== undefined) events.push(JSON.parse(data) as Row[])
      }
    }
  })()
    .catch(() => undefined)
    .finally(() => (isOver = true))
  return {
    answer,
    events,
    isOver: () => isOver,
    async [Symbol.asyncDispose]() {
      leaving.abort()
      await reading
    },
  }
}

/** Asks for a stream and is gone before it can begin. */
async function leaveAtOnce(url: string, token: string): Promise<void> {
  const { port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(
    `GET /api/team/leaderboard/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`,
  )
  socket.resetAndDestroy()
}

test('what one did is in one’s next page, with the mark, and on other instances soon', async () => {
  const [ann] = (await campaign.crowd(1)) as [Caller]
  for (let n = 1; n <= 20; n++) {
    const team_name = `Own ${n}`
    await ann.post('/api/team/create-team/', { team_name })
    await ann.post('/api/team/join-team/', { team_name })
    expect(await page(ann)).toContainEqual(
      expect.objectContaining({ team_name, is_user_team: true }),
    )
    await ann.post('/api/team/leave-team/', { team_name })
    const isMarked = (await page(ann)).some(
      (row) => row.team_name === team_name && row.is_user_team,
    )
    expect(isMarked).toBe(false)
  }
  const elsewhere = ann.at(campaign.urls[1] ?? '')
  await page(elsewhere)
  await ann.post('/api/team/join-team/', { team_name: 'Own 1' })
  expect(
    await until(async () => (await page(elsewhere)).some(({ is_user_team }) => is_user_team), {
      deadline_ms: 2_000,
    }),
  ).toBe(true)
})

test('what one did is in one’s next page of every instance, however seldom it looks by itself', async () => {
  await using rare = await runCampaign(host, {
    instances: 2,
    environment: { SCORES_EVERY_MS: '10000' },
  })
  const [ann] = (await rare.crowd(1)) as [Caller]
  const elsewhere = ann.at(rare.urls[1] ?? '')
  const isThere = async () => (await elsewhere.get('/api/team/leaderboard/')).status === 200
  expect(await until(isThere, { deadline_ms: 10_000 })).toBe(true)
  for (let n = 0; n < 5; n++) {
    const team_name = `Seen ${n}`
    await ann.post('/api/team/create-team/', { team_name })
    await ann.post('/api/team/join-team/', { team_name })
    const marked = expect.objectContaining({ team_name, is_user_team: true })
    expect(await page(elsewhere)).toContainEqual(marked)
    expect((await elsewhere.get('/api/team/leaderboard/?around=me')).body).toContainEqual(marked)
    await ann.post('/api/team/leave-team/', { team_name })
    const { body: own } = await elsewhere.get('/api/team/my-teams/')
    expect(own).toEqual([])
    await ann.post('/api/team/join-team/', { team_name })
    const { body: again } = await elsewhere.get('/api/team/my-teams/')
    expect(again).toEqual([expect.objectContaining({ name: team_name, rank: 1 })])
    await ann.post('/api/team/leave-team/', { team_name })
    expect(await page(elsewhere)).toContainEqual(
      expect.objectContaining({ team_name, score: 0, is_user_team: false }),
    )
  }
  // Who waits does not wait for ever: what is known is shown while the database says nothing.
  const client = new Client({ connectionString: rare.database.url })
  await client.connect()
  try {
    await client.query('begin; lock table scores in access exclusive mode')
    expect(await page(elsewhere)).toHaveLength(5)
  } finally {
    await client.end()
  }
})

test('a stream begins with the page and is told of what happens on another instance', async () => {
  const [bob] = (await campaign.crowd(1)) as [Caller]
  await using stream = await follow(campaign.urls[1] ?? '', bob.token)
  expect(stream.answer.headers.get('content-type')).toBe('text/event-stream')
  expect(await until(() => stream.events.length > 0, { deadline_ms: 5_000 })).toBe(true)
  await bob.post('/api/team/create-team/', { team_name: 'Streamed' })
  await bob.post('/api/team/join-team/', { team_name: 'Streamed' })
  expect(
    await until(
      () =>
        stream.events.at(-1)?.some((row) => row.team_name === 'Streamed' && row.is_user_team) ===
        true,
      { deadline_ms: 5_000 },
    ),
  ).toBe(true)
  await using anonymous = await follow(campaign.url)
  expect(await until(() => anonymous.events.length > 0, { deadline_ms: 5_000 })).toBe(true)
  expect(anonymous.events[0]?.some(({ is_user_team }) => is_user_team)).toBe(false)
})

test('a stream ends with its token, and there is room for only so many', async () => {
  await using narrow = await runCampaign(host, {
    environment: { MAX_STREAMS: '1', TOKEN_LIFETIME_S: '2' },
  })
  const [cid] = (await narrow.crowd(1)) as [Caller]
  const brief = await tokenOf(cid, 2)
  await using stream = await follow(narrow.url, brief)
  const { status, headers } = await call(`${narrow.url}/api/team/leaderboard/stream`, {})
  expect([status, headers.get('retry-after')]).toEqual([503, '1'])
  expect(await until(() => stream.isOver(), { deadline_ms: 6_000 })).toBe(true)
  expect(stream.isOver()).toBe(true)
  // Whoever leaves while their token is looked at keeps no place.
  for (let n = 0; n < 20; n++) await leaveAtOnce(narrow.url, await tokenOf(cid, 60 + n))
  const isOpen = async () => {
    await using after = await follow(narrow.url)
    return after.answer.status === 200
  }
  expect(await until(isOpen, { deadline_ms: 2_000 })).toBe(true)
})
