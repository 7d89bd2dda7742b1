// A store that cannot reach its database fails fast, and so has the fewest calls outstanding: it must not have them all.

import { startTestPostgres } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runMessaging, type RunningMessaging } from '../../test/running-messaging.ts'

let messaging: RunningMessaging
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  const host = stack.use(await startTestPostgres())
  messaging = stack.use(await runMessaging(host, { stores: 1, storesWithoutDatabase: 2 }))
})
afterAll(() => stack.disposeAsync())

test('messages and pages go to the store that has a database', async () => {
  const statuses = new Set<number>()
  for (let round = 0; round < 20; round++) {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        n % 2 === 0
          ? messaging.send('with:out', 'out', 'hello')
          : messaging.get('/api/pull?chat=with:out&reverse=true'),
      ),
    )
    for (const { status } of answers) statuses.add(status)
  }
  expect(statuses).toEqual(new Set([200]))
  expect((await messaging.send('with:out', 'out', 'the last')).body.seq).toBe(101)
})

test('an edge is ready while any of its stores has a database', async () => {
  const statuses: number[] = []
  while (statuses.length < 20) statuses.push((await messaging.get('/readyz')).status)
  expect(new Set(statuses)).toEqual(new Set([200]))
})
