// Connections that begin slowly, calls that never end, and more of both than there may be.

import { once } from 'node:events'
import { createServer } from 'node:http'
import {
  connect as connectHttp2,
  type ClientHttp2Session,
  type ClientHttp2Stream,
} from 'node:http2'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { create } from '@bufbuild/protobuf'
import { expect, onTestFinished, test, vi } from 'vitest'

import { Messages, PageResultSchema } from './generated/messaging.ts'
import { addRpcServer } from './rpc-server.ts'

const largeAnswer = 8_388_608

async function listening({ silence = 30_000, mostCalls = 100 } = {}) {
  let calls = 0
  const http = createServer((_, response) => response.end('here'))
  const accepted: Socket[] = []
  const server = addRpcServer({
    routes: (router) =>
      router.service(Messages, {
        newest: () => {
          calls++
          return new Promise(() => {})
        },
        pullMany: () => ({
          results: [create(PageResultSchema, { lines: Buffer.alloc(largeAnswer) })],
        }),
      }),
    http,
    messageBytes: 65_536,
    answerBytes: 2 * largeAnswer,
    silence,
    mostCalls,
  })
  http.on('connection', (socket: Socket) => accepted.push(socket))
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  onTestFinished(() => {
    server.drain()
    http.close()
  })
  const { port } = http.address() as AddressInfo
  return {
    /** Sends the bytes and resolves when the server has read them. */
    begin: async (bytes: string): Promise<Socket> => {
      const socket = connect({ port, host: '127.0.0.1' })
      onTestFinished(() => void socket.destroy())
      socket.write(bytes)
      await vi.waitFor(() => {
        const other = accepted.find(({ remotePort }) => remotePort === socket.localPort)
        expect(other?.bytesRead).toBe(bytes.length)
      })
      return socket
    },
    /** Calls that the service has begun to answer. */
    calls: () => calls,
    session: (): ClientHttp2Session => {
      const session = connectHttp2(`http://127.0.0.1:${port}`)
      session.on('error', () => undefined)
      onTestFinished(() => session.destroy())
      return session
    },
    get: async (): Promise<string> => await (await fetch(`http://127.0.0.1:${port}/`)).text(),
  }
}

test('whoever sends the first byte of the preface and nothing else holds nobody up', async () => {
  const { begin, get } = await listening()
  await begin('P')
  expect(await get()).toBe('here')
})

test('the preface of HTTP/2 may come in pieces', async () => {
  const { begin, get } = await listening()
  const socket = await begin('PRI')
  expect(await get()).toBe('here')
  socket.write(' * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  const [first] = (await once(socket, 'data')) as [Buffer]
  // The frame of type 4: the settings of the server.
  expect(first[3]).toBe(4)
})

test('a request whose first letters are those of the preface is one of HTTP/1.1', async () => {
  const { begin, get } = await listening()
  const socket = await begin('P')
  expect(await get()).toBe('here')
  socket.write('OST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n')
  const [first] = (await once(socket, 'data')) as [Buffer]
  expect(first.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /)
})

function begun(session: ClientHttp2Session, method: string, body?: string): ClientHttp2Stream {
  const stream = session.request({
    ':method': 'POST',
    ':path': `/${Messages.typeName}/${method}`,
    'content-type': 'application/json',
  })
  stream.on('error', () => undefined)
  if (body !== undefined) stream.end(body)
  return stream
}

/** Begins a call and resolves to the code of HTTP/2 that it ends with. */
async function codeOf(session: ClientHttp2Session, body?: string): Promise<number> {
  const stream = begun(session, 'Newest', body)
  await new Promise<void>((resolve) => stream.once('close', resolve))
  return stream.rstCode
}

const cancelled = 8
const refused = 7
const request = '{"chats":["a:b"]}'

test('a call beyond the limit of all connections is refused before it begins', async () => {
  const { session, calls } = await listening({ mostCalls: 3 })
  const [first, second] = [session(), session()]
  for (const each of [first, first, second]) void codeOf(each, request)
  await vi.waitFor(() => expect(calls()).toBe(3))
  expect(await codeOf(second, request)).toBe(refused)
  expect(calls()).toBe(3)
  // Those that end make room.
  first.destroy()
  await vi.waitFor(() => {
    void codeOf(second, request)
    expect(calls()).toBe(4)
  })
})

test('one connection has at most 256 calls at one time', async () => {
  const { session, calls } = await listening({ mostCalls: 1_000 })
  const only = session()
  for (let n = 0; n < 300; n++) void codeOf(only, request)
  await vi.waitFor(() => expect(calls()).toBe(256))
  // What was sent before it has been seen when a ping comes back.
  await new Promise((resolve) => only.ping(resolve))
  expect(calls()).toBe(256)
})

test('a call that begins and says nothing more is ended', async () => {
  const { session } = await listening({ silence: 100 })
  expect(await codeOf(session())).toBe(cancelled)
})

test('large answers that nobody takes keep no other call from its turn', async () => {
  const { session, calls } = await listening()
  const only = session()
  const pulls = Array.from({ length: 4 }, () => begun(only, 'PullMany', '{"pages":[]}'))
  await Promise.all(pulls.map((pull) => once(pull, 'response')))
  void codeOf(only, request)
  await vi.waitFor(() => expect(calls()).toBe(1))
})
