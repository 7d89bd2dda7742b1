// A message that is sent again under its client_id is the same message, whoever takes it and however many at once.

import { startTestPostgres } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runMessaging, type RunningMessaging } from '../../test/running-messaging.ts'

let messaging: RunningMessaging
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  const host = stack.use(await startTestPostgres())
  // However slow the machine is: what is looked at here is which message it is.
  const edge = { CALL_TIMEOUT_MS: '15000', ANSWER_WITHIN_MS: '45000' }
  const store = { STATEMENT_TIMEOUT_MS: '7000', QUEUE_TIMEOUT_MS: '7000' }
  messaging = stack.use(await runMessaging(host, { edge, store }))
})
afterAll(() => stack.disposeAsync())

test('a message that is sent again is answered like the first time', async () => {
  const first = await messaging.send('re:peat', 're', 'once', 'id-1')
  expect(await messaging.send('peat:re', 'RE', 'once', 'id-1')).toEqual(first)
  expect((await messaging.get('/api/pull?chat=re:peat')).body.messages).toHaveLength(1)
})

test('a client_id belongs to its chat and its sender', async () => {
  const seqs = [
    await messaging.send('own:er', 'own', 'a', 'same'),
    await messaging.send('own:er', 'er', 'b', 'same'),
    await messaging.send('own:other', 'own', 'c', 'same'),
  ].map(({ body }) => body.seq)
  expect(seqs).toEqual([1, 2, 1])
})

test('a hundred copies at once, over both stores, are one message each and leave no gap', async () => {
  const ids = Array.from({ length: 500 }, (_, n) => `id-${n % 5}`)
  for (let round = 0; round < 4; round++) {
    const answers = await Promise.all(
      ids.map((id) => messaging.send('rush:hour', 'rush', id, `${id} of round ${round}`)),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => body.seq)).size).toBe(5)
  }
  const rows = await messaging.sql(
    'select seq, client_id from messages where chat = $1 order by seq',
    ['hour:rush'],
  )
  expect(rows.map(({ seq }) => Number(seq))).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  const [counter] = await messaging.sql('select last_seq from chats where chat = $1', ['hour:rush'])
  expect(Number(counter?.['last_seq'])).toBe(20)
})

test('the same text without a client_id is another message', async () => {
  await messaging.send('no:id', 'no', 'again')
  expect((await messaging.send('no:id', 'no', 'again')).body.seq).toBe(2)
})
