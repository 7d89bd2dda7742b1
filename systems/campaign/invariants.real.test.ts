import { startTestPostgres } from '@plimsoll/stores'
import { expect, test } from 'vitest'
import { invariants } from './invariants.ts'
import { runCampaign, tokenSecret, type Caller } from './test/running-campaign.ts'

const starts = '2024-12-02T00:00:00Z'

test('the invariants hold on an honest run, and each finds what was broken behind its back', async () => {
  await using host = await startTestPostgres()
  await using campaign = await runCampaign(host)
  const [ann, bob] = (await campaign.crowd(2)) as [Caller, Caller]
  await ann.post('/api/team/create-team/', { team_name: 'Both' })
  for (const who of [ann, bob]) await who.post('/api/team/join-team/', { team_name: 'Both' })
  const keys = ['a', 'b', 'c']
  for (const nonce of keys) await ann.post('/api/user/upload-post', { content: nonce, nonce })
  const closes_at = new Date(Date.now() + 60_000).toISOString()
  const { body } = await ann.post('/api/events', { title: 'Small', capacity: 1, closes_at })
  for (const who of [ann, bob]) await who.post(`/api/events/${body.id}/register`)

  const promise = (key: string, outcome: 'ok' | 'failed' = 'ok') => ({
    kind: 'checkin',
    key,
    about: { user_name: ann.user_name },
    outcome,
  })
  const look = async (promised: readonly ReturnType<typeof promise>[]) => {
    const input = {
      url: campaign.url,
      addresses: { database: { url: campaign.database.url } },
      promised,
      random: { float: () => 0.5 } as never,
    }
    const found: Record<string, readonly string[]> = {}
    for (const [name, invariant] of Object.entries(invariants({ secret: tokenSecret, starts }))) {
      const { examined, examples } = await invariant(input)
      expect([name, examined]).not.toEqual([name, 0])
      found[name] = examples
    }
    return found
  }
  const nothing = {
    scoresAreThoseOfTheLedger: [],
    acknowledgedIsStoredOnce: [],
    noEventIsOverbooked: [],
    ownWriteIsVisibleAtOnce: [],
  }
  const promised = keys.map((key) => promise(key))
  expect(await look(promised)).toEqual(nothing)

  // Stored again under its nonce, in another name, and without an entry in the ledger.
  await campaign.sql(
    `insert into checkins (user_id, user_name, content, nonce, at)
     select $1, $2, content, nonce, at from checkins where nonce = 'a'`,
    [bob.id, bob.user_name],
  )
  await campaign.sql('update scores set new_units = 0')
  await campaign.sql('alter table events drop constraint events_check')
  await campaign.sql(`update registrations set status = 'registered'`)
  const broken = await look([...promised, promise('never stored'), promise('b', 'failed')])
  expect(broken).toEqual({
    ...nothing,
    scoresAreThoseOfTheLedger: [expect.stringMatching(/^unexpected: Both has .*, replayed /)],
    acknowledgedIsStoredOnce: [
      'doubled: check-in a',
      'lost: the entry of check-in a',
      'lost: check-in never stored',
      'unexpected: check-in b',
    ],
    noEventIsOverbooked: expect.arrayContaining([
      `doubled: event ${body.id}: 2 of 1, 0 waiting`,
      `unexpected: event ${body.id}: 2 of 1, 0 waiting, 1 kept`,
    ]),
  })
})
