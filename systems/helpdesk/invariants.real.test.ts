import { startTestPostgres } from '@plimsoll/stores'
import { expect, test } from 'vitest'
import { addCrowd } from './test/crowd.ts'
import { ask, runHelpdesk, tokenSecret } from './test/running-helpdesk.ts'
import { invariants } from './invariants.ts'

test('the invariants hold on an honest run, and each finds what was broken behind its back', async () => {
  await using host = await startTestPostgres()
  await using helpdesk = await runHelpdesk(host)
  const [asker, expert, rival] = await addCrowd(helpdesk, { count: 3 })
  const id = await ask(asker!)
  const message = (key: string) => ({
    kind: 'message',
    key,
    about: { conversation_id: id, sender_id: asker!.id },
    outcome: 'ok' as const,
  })
  const keys = ['a', 'b', 'c']
  for (const key of keys) {
    await asker!.post('/messages', { conversationId: id, content: key, clientId: key })
  }
  await expert!.post(`/expert/conversations/${id}/claim`)
  const claim = {
    kind: 'claim',
    key: 'x',
    about: { conversation_id: id, expert_id: expert!.id },
    outcome: 'ok' as const,
    answer: { success: true },
  }
  const look = async (promised: readonly (ReturnType<typeof message> | typeof claim)[]) => {
    const input = {
      url: helpdesk.url,
      addresses: { database: { url: helpdesk.database.url } },
      promised,
      random: { float: () => 0.5 } as never,
    }
    const { everyMessageIsToldOnceAndInOrder: told, oneWinnerPerClaim } = invariants(tokenSecret)
    return [await told(input), await oneWinnerPerClaim(input)].map(({ examples }) => examples)
  }
  const promised = [...keys.map(message), claim]
  expect(await look(promised)).toEqual([[], []])
  expect(await look([...promised, message('never sent')])).toEqual([
    ['lost: message never sent'],
    [],
  ])
  await helpdesk.sql(
    `insert into feed select user_id, version + 1, conversation_id, 1, 1 from feed
     where user_id = $1 order by version desc limit 1`,
    [expert!.id],
  )
  await helpdesk.sql(
    `insert into assignments (conversation_id, expert_id, status, assigned_at, ended_at)
     values ($1, $2, 'resolved', now() - interval '1 hour', now() + interval '1 hour')`,
    [id, rival!.id],
  )
  const [messages, claims] = await look(promised)
  expect(messages).toContain(`doubled: messages in the feed of user ${expert!.id}`)
  expect(claims).toEqual([`doubled: two experts had conversation ${id}`])
})
