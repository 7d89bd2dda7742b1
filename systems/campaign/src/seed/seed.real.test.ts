// Whoever is seeded can log in, as the workloads do.

import { startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { call, runCampaign, terminalOf, type RunningCampaign } from '../../test/running-campaign.ts'
import { seededPassword, seededPerson } from '../../tokens.ts'
import { seedCommand } from './seed-command.ts'

let host: PostgresHost
let campaign: RunningCampaign

beforeAll(async () => {
  host = await startTestPostgres()
  campaign = await runCampaign(host)
})
afterAll(async () => {
  await campaign[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

test('seeded users have the ids and the password that workloads come back with', async () => {
  const terminal = terminalOf(campaign)
  expect(await seedCommand(['--users', '3', '--teams', '2'], terminal)).toBe(0)
  expect(terminal.said).toEqual(['3 users, 2 teams\n'])
  const { id, user_name } = seededPerson(3)
  expect(await campaign.sql('select id from users where user_name = $1', [user_name])).toEqual([
    { id: String(id) },
  ])
  const login = { method: 'POST', json: { user_name, password: seededPassword } }
  expect((await call(`${campaign.url}/api/auth/login`, login)).status).toBe(200)
})
