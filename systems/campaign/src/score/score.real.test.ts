// Random ledgers through the real database, from several instances at once: the kept scores are those of the rule.

import { startTestPostgres, until, type PostgresHost } from '@plimsoll/stores'
import { array, assert, asyncProperty, constantFrom, integer, oneof, record } from 'fast-check'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

import {
  call,
  runCampaign,
  terminalOf,
  type Caller,
  type RunningCampaign,
} from '../../test/running-campaign.ts'
import { compareScores, type ScoreComparison } from './compare-scores.ts'
import { rebuildCommand } from './rebuild-command.ts'

const starts = '2024-12-02T00:00:00Z'
let host: PostgresHost
let campaign: RunningCampaign

beforeAll(async () => {
  host = await startTestPostgres()
  campaign = await runCampaign(host, { instances: 3 })
})
afterAll(async () => {
  await campaign[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

async function compared(): Promise<ScoreComparison> {
  const client = new Client({ connectionString: campaign.database.url })
  await client.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    return await compareScores(client, starts)
  } finally {
    await client.end()
  }
}

const user = integer({ min: 0, max: 4 })
const team = integer({ min: 0, max: 3 })
const deed = oneof(
  record({ deed: constantFrom('join' as const, 'leave' as const), user, team }),
  record({ deed: constantFrom('check in' as const, 'invalidate' as const), user, team }),
)
/** Those of one group are done at once. */
const history = array(array(deed, { minLength: 1, maxLength: 8 }), { maxLength: 12 })

/** Members whose last check-in is not where the scores look for it, and places of nobody. */
const misplaced = `
  select wanted.team_id, wanted.user_id, l.team_id, l.user_id from (
    select m.team_id, m.user_id, coalesce(u.last_checkin_at, '-infinity') as at
    from members m join users u on u.id = m.user_id
  ) as wanted
  full join last_checkins l
    on l.team_id = wanted.team_id and l.user_id = wanted.user_id and l.at = wanted.at
  where wanted.team_id is null or l.team_id is null`

test('whatever happens at once and in whichever order, every score is that of the replayed ledger', async () => {
  const [admin] = (await campaign.crowd(1)) as [Caller]
  await campaign.sql('update users set is_admin = true where id = $1', [admin.id])
  let runs = 0
  await assert(
    asyncProperty(history, async (groups) => {
      runs += 1
      const people = [
        ...(await campaign.crowd(3)),
        ...(await campaign.crowd(2, { isOld: true })),
      ].map((person, i) => person.at(campaign.urls[i % 3] ?? ''))
      const names = [0, 1, 2, 3].map((n) => `run ${runs} team ${n}`)
      for (const team_name of names) await admin.post('/api/team/create-team/', { team_name })
      const checkins: number[] = []
      for (const group of groups) {
        await Promise.all(
          group.map(async ({ deed, user, team }) => {
            const person = people[user] as Caller
            const team_name = names[team]
            const answer = async () => {
              if (deed === 'join') return person.post('/api/team/join-team/', { team_name })
              if (deed === 'leave') return person.post('/api/team/leave-team/', { team_name })
              if (deed === 'check in') {
                const checkedIn = await person.post('/api/user/upload-post', { content: 'here' })
                checkins.push(checkedIn.body.checkin_id)
                return checkedIn
              }
              const id = checkins[(user + team) % Math.max(1, checkins.length)] ?? 0
              return admin.post(`/api/admin/checkins/${id}/invalidate`)
            }
            const { status } = await answer()
            expect([deed, status < 500]).toEqual([deed, true])
          }),
        )
      }
      expect((await compared()).differences).toEqual([])
      expect(await campaign.sql(misplaced)).toEqual([])
    }),
    { numRuns: 25 },
  )
  const { entries, teams } = await compared()
  expect(entries).toBeGreaterThan(100)
  expect(teams).toBe(100)
})

test('every instance shows the scores that are kept', async () => {
  const kept = await campaign.sql(
    'select team_id::int, score from scores order by score desc, team_id limit 20',
  )
  for (const url of campaign.urls) {
    const shown = async () => {
      const { body } = await call(`${url}/api/team/leaderboard`, {})
      return (body as typeof kept).map(({ team_id, score }) => ({ team_id, score }))
    }
    const isSame = async () => JSON.stringify(await shown()) === JSON.stringify(kept)
    expect(await until(isSame, { deadline_ms: 5_000 })).toBe(true)
    expect(await shown()).toEqual(kept)
  }
})

test('rebuild finds a score that was changed behind its back, and puts it right', async () => {
  const terminal = terminalOf(campaign)
  expect(await rebuildCommand([], terminal)).toBe(0)
  await campaign.sql(
    `update scores set total_units = total_units + 1 where team_id = (select min(team_id) from scores)`,
  )
  expect(await rebuildCommand([], terminal)).toBe(1)
  expect(terminal.said.join('')).toContain('1 scores are not those of the replay')
  expect(await rebuildCommand(['--write'], terminal)).toBe(0)
  expect((await compared()).differences).toEqual([])
})

test('rebuild finds what the scores are made of changed behind its back, and the next change does no harm', async () => {
  const people = await campaign.crowd(4)
  const [ann, bob, cid, dan] = people as [Caller, Caller, Caller, Caller]
  const join = (one: Caller) => one.post('/api/team/join-team/', { team_name: 'Mended' })
  await ann.post('/api/team/create-team/', { team_name: 'Mended' })
  for (const one of [ann, bob, cid]) await join(one)
  for (const one of people) await one.post('/api/user/upload-post', { content: 'here' })
  await campaign.sql(`update last_checkins set at = at - interval '1 day' where user_id = $1`, [
    ann.id,
  ])
  await campaign.sql('update users set last_checkin_at = null where id = $1', [bob.id])
  await campaign.sql('delete from members where user_id = $1', [cid.id])
  await campaign.sql(
    `insert into members select id, $1::bigint, $2::text, now() from teams where team_name = 'Mended'`,
    [dan.id, dan.user_name],
  )
  await campaign.sql('update checkins set invalidated_at = now() where user_id = $1', [dan.id])
  const terminal = terminalOf(campaign)
  expect(await rebuildCommand([], terminal)).toBe(1)
  for (const sentence of [
    '1 check-ins taken back are not those of the replay',
    '1 last check-ins of users are not those of the replay',
    '2 members of teams are not those of the replay',
    '2 last check-ins of members are not those of the replay',
  ]) {
    expect(terminal.said.join('')).toContain(sentence)
  }
  expect(await rebuildCommand(['--write'], terminal)).toBe(0)
  expect(await rebuildCommand([], terminal)).toBe(0)
  for (const one of people) await one.post('/api/user/upload-post', { content: 'again' })
  expect((await join(cid)).status).toBe(400)
  expect((await join(dan)).status).toBe(200)
  expect((await compared()).differences).toEqual([])
  expect(await campaign.sql(misplaced)).toEqual([])
})

test('nothing in the ledger can be changed', async () => {
  for (const text of ['update ledger set at = now()', 'delete from ledger', 'truncate ledger']) {
    await expect(campaign.sql(text)).rejects.toThrow('only ever added to')
  }
})
