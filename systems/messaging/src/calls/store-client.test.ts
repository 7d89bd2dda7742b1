import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Code, ConnectError } from '@connectrpc/connect'
import { expect, onTestFinished, test } from 'vitest'

import { Messages } from '../rpc/generated/messaging.ts'
import { addRpcServer } from '../rpc/rpc-server.ts'
import { StoreClient } from './store-client.ts'

/** A client of a store that says this to whoever asks for the newest. */
async function asking(
  newest: () => Promise<never>,
  { timeout = 10_000, mostCalls = 100 } = {},
): Promise<StoreClient> {
  const http = createServer()
  const server = addRpcServer({
    routes: (router) => router.service(Messages, { newest }),
    http,
    messageBytes: 65_536,
    answerBytes: 65_536,
    silence: 30_000,
    mostCalls,
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const client = new StoreClient({ url: `http://127.0.0.1:${port}`, timeout })
  onTestFinished(() => {
    client[Symbol.dispose]()
    server.drain()
    http.close()
  })
  return client
}

test('a store that has too much to do has answered', async () => {
  const client = await asking(() =>
    Promise.reject(new ConnectError('busy', Code.ResourceExhausted)),
  )
  await expect(client.newest(['a:b'])).rejects.toMatchObject({ kind: 'answered' })
})

test('a store whose database is away is of no more use than one that is away', async () => {
  const client = await asking(() =>
    Promise.reject(new ConnectError('no database', Code.Unavailable)),
  )
  await expect(client.newest(['a:b'])).rejects.toMatchObject({ kind: 'lost' })
})

test('a store that does not answer in time has not answered', async () => {
  const client = await asking(() => new Promise(() => {}), { timeout: 100 })
  await expect(client.newest(['a:b'])).rejects.toMatchObject({ kind: 'lost' })
})

test('a call that a store does not take because it has as many as it may was not sent', async () => {
  const client = await asking(() => new Promise(() => {}), { mostCalls: 0 })
  await expect(client.newest(['a:b'])).rejects.toMatchObject({ kind: 'notSent' })
})
