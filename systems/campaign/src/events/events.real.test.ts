// Many at once through several instances: no place is given twice, and nobody joins twice.

import { startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runCampaign, type Caller, type RunningCampaign } from '../../test/running-campaign.ts'

let host: PostgresHost
let campaign: RunningCampaign
let planner: Caller

const soon = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()

beforeAll(async () => {
  host = await startTestPostgres()
  campaign = await runCampaign(host, { instances: 4 })
  ;[planner] = (await campaign.crowd(1)) as [Caller]
})
afterAll(async () => {
  await campaign[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

async function plan(given: Record<string, unknown> = {}): Promise<number> {
  const event = { title: 'A walk', capacity: 2, closes_at: soon(60), ...given }
  const { status, body } = await planner.post('/api/events', event)
  expect(status).toBe(201)
  return body.id
}

/** Each on the instance whose turn it is. */
const spread = (people: readonly Caller[]) =>
  people.map((person, i) => person.at(campaign.urls[i % 4] ?? ''))

const counts = (statuses: readonly (number | string)[]) =>
  Object.fromEntries(
    [...new Set(statuses)].map((one) => [one, statuses.filter((other) => other === one).length]),
  )

test('of 50 who join a team at once in the name of one user, exactly one does', async () => {
  const [somebody] = (await campaign.crowd(1)) as [Caller]
  await planner.post('/api/team/create-team/', { team_name: 'Fifty' })
  const doors = spread(Array.from({ length: 50 }, () => somebody))
  const answers = await Promise.all(
    doors.map((door) => door.post('/api/team/join-team/', { team_name: 'Fifty' })),
  )
  expect(counts(answers.map(({ status }) => status))).toEqual({ 200: 1, 400: 49 })
  const [{ score } = {}] = await campaign.sql("select score from scores where team_name = 'Fifty'")
  expect(score).toBe(1 / 0.05 + 3)
})

test('of 50 who take a name at once, for a user or a team, exactly one has it', async () => {
  const made = await Promise.all(
    spread(Array.from({ length: 50 }, () => planner)).map((door, i) =>
      door.post('/api/team/create-team/', { team_name: i % 2 === 0 ? 'Wanted' : 'WANTED' }),
    ),
  )
  expect(counts(made.map(({ status }) => status))).toEqual({ 200: 1, 400: 49 })
})

test('of 500 who register through four instances for an event of 100 places, exactly 100 have one', async () => {
  const id = await plan({ capacity: 100 })
  const people = spread(await campaign.crowd(500))
  const answers = await Promise.all(people.map((one) => one.post(`/api/events/${id}/register`)))
  expect(counts(answers.map(({ status }) => status))).toEqual({ 200: 500 })
  expect(counts(answers.map(({ body }) => body.status))).toEqual({ registered: 100, waiting: 400 })
  const places = answers.filter(({ body }) => body.status === 'waiting')
  expect(new Set(places.map(({ body }) => body.waiting_before)).size).toBe(400)
  const { body } = await planner.get('/api/events')
  expect(body.find((event: { id: number }) => event.id === id)).toMatchObject({
    capacity: 100,
    registered: 100,
    waiting: 400,
    status: null,
  })
})

test('a place that is given back goes to whoever waits longest, also when many give theirs back at once', async () => {
  const id = await plan({ capacity: 10 })
  const people = spread(await campaign.crowd(30))
  for (const one of people) await one.post(`/api/events/${id}/register`)
  const first = people.slice(0, 10)
  await Promise.all(first.map((one) => one.delete(`/api/events/${id}/register`)))
  const statusOf = async (one: Caller) =>
    (await one.get('/api/events')).body.find((event: { id: number }) => event.id === id).status
  expect(await Promise.all(people.map(statusOf))).toEqual([
    ...Array.from({ length: 10 }, () => null),
    ...Array.from({ length: 10 }, () => 'registered'),
    ...Array.from({ length: 10 }, () => 'waiting'),
  ])
  expect((await first[0]?.delete(`/api/events/${id}/register`))?.status).toBe(404)
})

test('asking again for a place changes nothing', async () => {
  const id = await plan({ capacity: 1 })
  const [somebody] = (await campaign.crowd(1)) as [Caller]
  const doors = spread(Array.from({ length: 20 }, () => somebody))
  const answers = await Promise.all(doors.map((door) => door.post(`/api/events/${id}/register`)))
  expect(counts(answers.map(({ body }) => body.status))).toEqual({ registered: 20 })
  const [event] = await campaign.sql('select registered, waiting from events where id = $1', [id])
  expect(event).toEqual({ registered: 1, waiting: 0 })
})

test('who asks again while they wait is told how many wait before them, without the event waiting for the count', async () => {
  const id = await plan({ capacity: 1 })
  const people = spread(await campaign.crowd(60))
  for (const one of people) await one.post(`/api/events/${id}/register`)
  const [second, last] = [people[1] as Caller, people.at(-1) as Caller]
  const ask = async (one: Caller) => (await one.post(`/api/events/${id}/register`)).body
  expect(await ask(last)).toMatchObject({ status: 'waiting', waiting_before: 58 })
  await second.delete(`/api/events/${id}/register`)
  expect(await ask(last)).toMatchObject({ status: 'waiting', waiting_before: 57 })
  const client = new Client({ connectionString: campaign.database.url })
  await client.connect()
  try {
    await client.query('begin')
    await client.query('select register_for_event($1, $2, 1000)', [id, last.id])
    const { rows } = await client.query<{ read: number }>(
      `select (coalesce(idx_tup_fetch, 0) + seq_tup_read)::integer as read
       from pg_stat_xact_user_tables where relname = 'registrations'`,
    )
    expect(rows[0]?.read).toBeLessThan(5)
  } finally {
    await client.end()
  }
})

test('outside of its window nobody registers', async () => {
  const early = await plan({ opens_at: soon(10) })
  const late = await plan({ opens_at: soon(-20), closes_at: soon(-10) })
  for (const id of [early, late]) {
    expect((await planner.post(`/api/events/${id}/register`)).status).toBe(409)
  }
  expect((await planner.post('/api/events/999999/register')).status).toBe(404)
  expect((await planner.post('/api/events/x/register')).status).toBe(404)
})

test.each([
  ['no places', { capacity: 0 }],
  ['places that are no number', { capacity: 'many' }],
  ['no title', { title: ' ' }],
  ['a window that ends before it begins', { opens_at: soon(60), closes_at: soon(30) }],
  ['a time that is none', { closes_at: '2026-99-99T00:00:00Z' }],
  ['a day that is none', { closes_at: '2027-02-30T00:00:00Z' }],
  ['a year that is none', { opens_at: '0000-01-01T00:00:00Z' }],
  ['a time without its zone', { closes_at: '2036-01-01T00:00:00' }],
])('an event with %s is 400', async (_, given) => {
  const event = { title: 'A walk', capacity: 2, closes_at: soon(60), ...given }
  expect((await planner.post('/api/events', event)).status).toBe(400)
})

test('who may wait is bounded', async () => {
  await using narrow = await runCampaign(host, { environment: { EVENT_WAITING_MAX: '1' } })
  const people = await narrow.crowd(3)
  const { body } = (await people[0]?.post('/api/events', {
    title: 'Small',
    capacity: 1,
    closes_at: soon(5),
  })) ?? { body: {} }
  const statuses: number[] = []
  for (const one of people)
    statuses.push((await one.post(`/api/events/${body.id}/register`)).status)
  expect(statuses).toEqual([200, 200, 409])
})
