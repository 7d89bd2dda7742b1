import { once } from 'node:events'
import { constants, createServer, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { Code } from '@connectrpc/connect'
import { expect, onTestFinished, test } from 'vitest'

import { Messages, NewestRequestSchema, NewestResponseSchema } from '../rpc/generated/messaging.ts'
import { UnaryCalls } from './unary-calls.ts'

const { newest } = Messages.method

/** Calls to a server that deals so with the bytes of a request. */
async function calls(
  answer: (stream: ServerHttp2Stream, bytes: Buffer) => void,
  { timeout = 10_000, answerBytes = 1_000_000 } = {},
): Promise<UnaryCalls> {
  const server = createServer()
  server.on('stream', (stream: ServerHttp2Stream) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => answer(stream, Buffer.concat(chunks)))
    stream.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = new UnaryCalls({ url: `http://127.0.0.1:${port}`, timeout, answerBytes })
  onTestFinished(() => {
    client[Symbol.dispose]()
    server.close()
  })
  return client
}

const proto = { ':status': 200, 'content-type': 'application/proto' }
const times = (...sendTimes: bigint[]) =>
  toBinary(NewestResponseSchema, create(NewestResponseSchema, { sendTimes }))

test('a call carries a request there and an answer back', async () => {
  const client = await calls((stream, bytes) => {
    const { chats } = fromBinary(NewestRequestSchema, bytes)
    stream.respond(proto)
    stream.end(times(...chats.map(({ length }) => BigInt(length))))
  })
  const request = create(NewestRequestSchema, { chats: ['a:b', 'anna:ben'] })
  expect((await client.call(newest, request)).sendTimes).toEqual([3n, 8n])
})

test('an error of the server is told with its code', async () => {
  const client = await calls((stream) => {
    stream.respond({ ':status': 429, 'content-type': 'application/json' })
    stream.end(JSON.stringify({ code: 'resource_exhausted', message: 'busy' }))
  })
  const called = client.call(newest, create(NewestRequestSchema))
  await expect(called).rejects.toMatchObject({ code: Code.ResourceExhausted, rawMessage: 'busy' })
})

test('what answers is not a store: its status is told', async () => {
  const client = await calls((stream) => {
    stream.respond({ ':status': 404, 'content-type': 'text/html' })
    stream.end('<p>nothing here')
  })
  const called = client.call(newest, create(NewestRequestSchema))
  await expect(called).rejects.toMatchObject({ code: Code.Unimplemented })
})

test.each([
  ['the stream', (stream: ServerHttp2Stream) => stream.destroy(new Error('broken'))],
  ['the connection', (stream: ServerHttp2Stream) => stream.session?.destroy()],
  ['the socket', (stream: ServerHttp2Stream) => stream.session?.socket.destroy()],
])('half an answer is none: %s is cut off', async (_, cut) => {
  const client = await calls((stream) => {
    stream.respond(proto)
    stream.write(times(1n, 2n, 3n))
    setTimeout(() => cut(stream), 50)
  })
  await expect(client.call(newest, create(NewestRequestSchema))).rejects.toThrow(
    /NGHTTP2_INTERNAL_ERROR|cut off/,
  )
})

test('a call without an answer ends at its deadline, and the server learns that nobody waits', async () => {
  const learnt = Promise.withResolvers<number>()
  const client = await calls((stream) => stream.on('close', () => learnt.resolve(stream.rstCode)), {
    timeout: 100,
  })
  const called = client.call(newest, create(NewestRequestSchema))
  await expect(called).rejects.toMatchObject({ code: Code.DeadlineExceeded })
  expect(await learnt.promise).toBe(constants.NGHTTP2_CANCEL)
})

test('an answer longer than allowed is not read to its end', async () => {
  const client = await calls(
    (stream) => {
      stream.respond(proto)
      stream.end(Buffer.alloc(100_000))
    },
    { answerBytes: 10_000 },
  )
  const called = client.call(newest, create(NewestRequestSchema))
  await expect(called).rejects.toMatchObject({ code: Code.ResourceExhausted })
})
