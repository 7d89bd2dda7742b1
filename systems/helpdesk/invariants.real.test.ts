import { startTestPostgres } from '@plimsoll/stores'
import { expect, test } from 'vitest'
import { addCrowd } from './test/crowd.ts'
import { ask, runHelpdesk, tokenSecret } from './test/running-helpdesk.ts'
import { invariants } from './invariants.ts'

test('the invariants hold on an honest run, and each finds what was broken behind its back', async () => {
  await using host = await startTestPostgres()
  await using helpdesk = await runHelpdesk(host)
  const [asker, expert, rival] = await addCrowd(helpdesk, { count: 3 })
  const [id, other] = [await ask(asker!), await ask(asker!)]
  const message = (key: string) => ({
    kind: 'message',
    key,
    about: { conversation_id: id, sender_id: asker!.id },
    outcome: 'ok' as const,
  })
  const claim = (conversation_id: string) => ({
    kind: 'claim',
    key: conversation_id,
    about: { conversation_id, expert_id: expert!.id },
    outcome: 'ok' as const,
    answer: { success: true },
  })
  const keys = ['a', 'b', 'c']
  for (const key of keys) {
    await asker!.post('/messages', { conversationId: id, content: key, clientId: key })
  }
  await expert!.post(`/expert/conversations/${id}/claim`)
  const look = async (
    promised: readonly (ReturnType<typeof message> | ReturnType<typeof claim>)[],
  ) => {
    const input = {
      url: helpdesk.url,
      addresses: { database: { url: helpdesk.database.url } },
      promised,
      random: { float: () => 0.5 } as never,
    }
    const found: Record<string, readonly string[]> = {}
    for (const [name, invariant] of Object.entries(invariants(tokenSecret))) {
      const { examined, examples } = await invariant(input)
      expect([name, examined]).not.toEqual([name, 0])
      found[name] = examples
    }
    return found
  }
  const promised = [...keys.map(message), claim(id)]
  const nothing = {
    everyMessageIsToldOnceAndInOrder: [],
    everyMessageIsToldByTime: [],
    oneWinnerPerClaim: [],
    departuresAreDelivered: [],
  }
  expect(await look(promised)).toEqual(nothing)
  expect(await look([...promised, message('never sent')])).toEqual({
    ...nothing,
    everyMessageIsToldOnceAndInOrder: ['lost: message never sent'],
  })
  await helpdesk.sql(
    `insert into feed select user_id, version + 1, conversation_id, 1, 1 from feed
     where user_id = $1 order by version desc limit 1`,
    [expert!.id],
  )
  await helpdesk.sql('delete from feed where user_id = $1 and to_seq = 2', [asker!.id])
  await helpdesk.sql(
    `insert into assignments (conversation_id, expert_id, status, assigned_at, ended_at)
     values ($1, $2, 'resolved', now() - interval '1 hour', now() + interval '1 hour')`,
    [id, rival!.id],
  )
  // Stored again under its client id, where the key of the conversation does not forbid it.
  await helpdesk.sql(
    `insert into messages
       (conversation_id, seq, sender_id, sender_username, sender_role, content, created_at, client_id)
     values ($1, 1, $2, $3, 'initiator', 'a', now(), 'a')`,
    [other, asker!.id, asker!.username],
  )
  // Taken without a word to those who watch the queue.
  await helpdesk.sql(
    "update conversations set status = 'active', expert_id = $2, expert_username = $3 where id = $1",
    [other, expert!.id, expert!.username],
  )
  const [second] = await helpdesk.sql('select id::text from messages where seq = 2')
  const broken = await look([...promised, claim(other)])
  const unheard = `message ${String(second?.['id'])}, told to user ${asker!.id}`
  expect(broken).toEqual({
    everyMessageIsToldOnceAndInOrder: [
      'doubled: message a is stored 2 times',
      expect.stringMatching(/^(lost|doubled|stale)/),
      expect.any(String),
      expect.any(String),
    ],
    everyMessageIsToldByTime: [`lost: ${unheard} by time`],
    oneWinnerPerClaim: [`doubled: two experts had conversation ${id}`],
    departuresAreDelivered: ['cursor', 'time'].map(
      (by) => `lost: ${other} left the queue, told by ${by}`,
    ),
  })
  const messages = broken['everyMessageIsToldOnceAndInOrder']
  expect(messages).toContain(`lost: ${unheard} by cursor`)
  expect(messages).toContain(`doubled: messages in the feed of user ${expert!.id}`)
})
