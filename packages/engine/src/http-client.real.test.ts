// The client against sockets: what happens to connections between and under requests.

import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { ClientOptions, Method } from '@plimsoll/workload'
import type { Exchange, Lane } from './exchange.ts'
import { HttpClient } from './http-client.ts'
import { parseTarget } from './target.ts'
import { travelOf } from './travel.ts'

const putAway: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const away of putAway.splice(0)) await away()
})

type OnRequest = (socket: Socket, request: string, onConnection: number) => void

/** A server that hands every piece it reads to `onRequest`, and a client for it. */
async function pair(onRequest: OnRequest, options: ClientOptions = {}) {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    let requests = 0
    socket.on('error', () => {})
    socket.on('data', (bytes) => onRequest(socket, bytes.toString('latin1'), (requests += 1)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = new HttpClient(parseTarget(`http://127.0.0.1:${port}`), {
    now: () => performance.now(),
    travel: travelOf(options),
  })
  const sweep = setInterval(() => client.sweep(performance.now()), 10)
  putAway.push(async () => {
    clearInterval(sweep)
    client.close()
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return { client, sockets, connections: () => connections }
}

/** Sends one request and tells how it ended. */
function ask(client: Lane, method: Method = 'GET', timeout = 2_000): Promise<string> {
  return new Promise((resolve) => {
    let again = ''
    const exchange: Exchange = {
      method,
      request: { text: `${method} / HTTP/1.1\r\nHost: x\r\n\r\n`, encoding: 'latin1' },
      deadline: performance.now() + timeout,
      answered: (status, _head, body) => resolve(`${again}${status} ${body?.toString() ?? ''}`),
      lost: (reason, { sent }) => resolve(`${again}${reason}, ${sent ? 'sent' : 'not sent'}`),
      took: () => {},
      abandoned: () => resolve('abandoned'),
      sentAgain: () => (again += 'again: '),
    }
    client.send(exchange)
  })
}

const hi = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'

test('one connection carries one request after another', async () => {
  const { client, connections } = await pair((socket) => socket.write(hi))
  for (let n = 0; n < 20; n += 1) expect(await ask(client)).toBe('200 hi')
  expect(connections()).toBe(1)
})

test('requests at the same time have a connection each, which are kept', async () => {
  const { client, connections } = await pair((socket) => setTimeout(() => socket.write(hi), 20))
  for (let round = 0; round < 2; round += 1) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(client)))
    expect(new Set(answers)).toEqual(new Set(['200 hi']))
  }
  expect(connections()).toBe(10)
})

test('a lane of its own uses its own connection, and closes it when it is released', async () => {
  const { client, sockets, connections } = await pair((socket) => socket.write(hi))
  const lanes = [client.own(), client.own()]
  for (let round = 0; round < 3; round += 1) {
    for (const lane of lanes) expect(await ask(lane)).toBe('200 hi')
    expect(await ask(client)).toBe('200 hi')
  }
  expect(connections()).toBe(3)
  const closed = [...sockets].slice(0, 2).map((socket) => once(socket, 'close'))
  for (const lane of lanes) lane.release()
  await Promise.all(closed)
  expect(await ask(client)).toBe('200 hi')
  expect(connections()).toBe(3)
})

test('a lane that is released under a request closes its connection after the answer', async () => {
  const { client, sockets } = await pair((socket) => setTimeout(() => socket.write(hi), 20))
  const lane = client.own()
  const asked = ask(lane)
  lane.release()
  expect(await asked).toBe('200 hi')
  const [socket] = sockets
  if (socket?.destroyed === false) await once(socket, 'close')
})

test('an answer that dribbles in byte by byte is whole at the end', async () => {
  const { client } = await pair((socket) => {
    const bytes = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n'
    let at = 0
    const timer = setInterval(() => {
      socket.write(bytes.charAt(at))
      at += 1
      if (at === bytes.length) clearInterval(timer)
    }, 1)
  })
  expect(await ask(client)).toBe('200 hi')
})

test.each([
  ['HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi', 'the server says close'],
  ['HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi', 'it speaks HTTP/1.0'],
  ['HTTP/1.1 200 OK\r\nKeep-Alive: timeout=0\r\nContent-Length: 2\r\n\r\nhi', 'it is kept for 0 s'],
  [`${hi}HTTP/1.1 200 OK\r\n`, 'more comes than was asked for'],
])('a connection is not used again after %j: %s', async (answer) => {
  const { client, connections } = await pair((socket) => socket.write(answer))
  expect(await ask(client)).toBe('200 hi')
  expect(await ask(client)).toBe('200 hi')
  expect(connections()).toBe(2)
})

test('connections that the server closes while they are idle cost nothing', async () => {
  const { client, sockets, connections } = await pair((socket) => socket.write(hi))
  for (let n = 0; n < 5; n += 1) {
    expect(await ask(client, 'POST')).toBe('200 hi')
    const closed = [...sockets]
      .filter((socket) => !socket.destroyed)
      .map((socket) => once(socket, 'close'))
    for (const socket of sockets) socket.end()
    await Promise.all(closed)
  }
  expect(connections()).toBe(5)
})

test('a connection closed under a read is replaced once, never under a write', async () => {
  const { client } = await pair((socket, _request, onConnection) => {
    if (onConnection === 1) socket.write(hi)
    else socket.end()
  })
  expect(await ask(client)).toBe('200 hi')
  expect(await ask(client)).toBe('again: 200 hi')
  expect(await ask(client, 'POST')).toBe('connection closed without an answer, sent')
})

test('a fresh connection that is closed without an answer is not tried again', async () => {
  const { client, connections } = await pair((socket) => socket.end())
  expect(await ask(client)).toBe('connection closed without an answer, sent')
  expect(connections()).toBe(1)
})

test('a time-out ends the wait and the connection with it', async () => {
  let silent = true
  const { client, connections } = await pair((socket) => void (silent || socket.write(hi)))
  const before = performance.now()
  expect(await ask(client, 'GET', 100)).toBe('time-out, sent')
  expect(performance.now() - before).toBeGreaterThanOrEqual(99)
  silent = false
  expect(await ask(client)).toBe('200 hi')
  expect(connections()).toBe(2)
})

test('a name that does not resolve means that nothing was sent', async () => {
  const client = new HttpClient(parseTarget('http://no-such-host.invalid'), {
    now: () => performance.now(),
    travel: travelOf({}),
  })
  putAway.push(async () => client.close())
  expect(await ask(client)).toMatch(/^(name not found|EAI_AGAIN), not sent$/)
})

test('closing abandons what is under way', async () => {
  const { client, sockets } = await pair(() => {})
  const asked = [ask(client), ask(client, 'POST')]
  while (sockets.size < 2) await new Promise((resolve) => setTimeout(resolve, 5))
  client.close()
  expect(await Promise.all(asked)).toEqual(['abandoned', 'abandoned'])
})
