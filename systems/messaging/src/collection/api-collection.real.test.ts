// The collection is read by Postman's own library, and every call in it is made.

import { createRequire } from 'node:module'
import { startTestPostgres } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runMessaging, type RunningMessaging } from '../../test/running-messaging.ts'
import { printCollection } from './collection-command.ts'

interface Item {
  readonly name: string
  readonly request: {
    readonly method: string
    readonly url: { getPath(): string; toString(): string }
    readonly headers: { toObject(): Record<string, string> }
    readonly body?: { toString(): string }
  }
}

/** What is used of the library, which does not say where its types are. */
const postman = createRequire(import.meta.url)('postman-collection') as {
  Collection: new (json: unknown) => { forEachItem(take: (item: Item) => void): void }
  Property: { replaceSubstitutions(text: string, values: Record<string, string>): string }
}

let messaging: RunningMessaging
const items: Item[] = []
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  const host = stack.use(await startTestPostgres())
  messaging = stack.use(await runMessaging(host, { stores: 1 }))
  let printed = ''
  await printCollection((line) => (printed += line))
  new postman.Collection(JSON.parse(printed)).forEachItem((item) => void items.push(item))
})
afterAll(() => stack.disposeAsync())

test('every call that the documents describe is in it, under its name', async () => {
  const { body } = await messaging.get('/docs/json')
  const described = Object.entries<Record<string, { summary: string }>>(body.paths).flatMap(
    ([path, operations]) =>
      Object.entries(operations).map(
        ([method, { summary }]) => `${method.toUpperCase()} ${path} ${summary}`,
      ),
  )
  const named = items.map(
    ({ name, request }) => `${request.method} ${request.url.getPath()} ${name}`,
  )
  expect(named).toEqual(described)
  expect(named.length).toBeGreaterThan(3)
})

test('every call in it is answered once `url` says where the service is', async () => {
  for (const { name, request } of items) {
    const url = postman.Property.replaceSubstitutions(request.url.toString(), {
      url: messaging.url,
    })
    const body = request.body?.toString()
    const { status } = await fetch(url, {
      method: request.method,
      headers: request.headers.toObject(),
      ...(body === undefined ? {} : { body }),
    })
    expect([name, status]).toEqual([name, 200])
  }
  const { body } = await messaging.get('/api/pull?chat=ann:bob')
  expect(body.messages).toMatchObject([{ chat: 'ann:bob', sender: 'ann', text: 'Hello, Bob' }])
})
