// WebSockets, server-sent events and HTTP/2 as a persona uses them, against servers of Node.

import { createHash } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import {
  createSecureServer as createHttp2Tls,
  createServer as createHttp2,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import { createServer as createSecureServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { ms, type SessionTools } from '@plimsoll/workload'
import { oneSession } from './one-session.ts'
import { testAuthority } from './test-certificates.ts'
import { listening } from './test-servers.ts'

function textFrame(text: string): Buffer {
  const bytes = Buffer.from(text)
  const head =
    bytes.length < 126 ? [0x81, bytes.length] : [0x81, 126, bytes.length >> 8, bytes.length & 255]
  return Buffer.concat([Buffer.from(head), bytes])
}

/** The text of each frame that a client sent: short ones, whole in one read. */
function* textsIn(bytes: Buffer): Generator<string> {
  let at = 0
  while (at + 6 <= bytes.length) {
    const length = bytes[at + 1]! & 127
    const mask = bytes.subarray(at + 2, at + 6)
    const data = Buffer.from(bytes.subarray(at + 6, at + 6 + length))
    for (let n = 0; n < data.length; n += 1) data[n]! ^= mask[n % 4]!
    if ((bytes[at]! & 15) === 1) yield data.toString()
    at += 6 + length
  }
}

/** Accepts WebSockets at /chat and hands over what is said on them. */
function withWebSockets(server: Server, onText: (socket: Socket, text: string) => void): Server {
  server.on('upgrade', (request, socket: Socket) => {
    if (request.url !== '/chat?room=1') {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
    const accept = createHash('sha1').update(key).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    socket.write(textFrame(JSON.stringify({ hello: request.headers.authorization })))
    socket.on('data', (bytes: Buffer) => {
      for (const text of textsIn(bytes)) onText(socket, text)
    })
  })
  return server
}

const room = { query: { room: 1 } }

test('a persona opens a WebSocket, sends, and the time to each message is measured', async () => {
  const server = withWebSockets(createServer(), (socket, text) => {
    setTimeout(() => socket.write(textFrame(`echo ${text}`)), 50)
  })
  const at = `http://127.0.0.1:${await listening(server)}`
  const heard: unknown[] = []
  const live = async ({ http, streams }: SessionTools) => {
    http.always({ authorization: 'Bearer me' })
    const chat = await streams.webSocket('/chat', room)
    heard.push((await chat.message()).json())
    chat.send('one')
    chat.send('two')
    const two = await chat.message({
      name: 'two',
      where: (message) => message.text().endsWith('two'),
    })
    heard.push(two.type, two.text())
  }
  const { actions, times, errors } = await oneSession({ at, live })
  expect(errors).toEqual([])
  expect(heard).toEqual([{ hello: 'Bearer me' }, 'text', 'echo two'])
  expect(actions).toEqual(['WS /chat ok', 'WS /chat message ok', 'WS /chat two ok'])
  expect(times[2]!.service).toBeGreaterThan(45)
  expect(times[1]!.service).toBeLessThan(45)
})

test('a WebSocket that is refused, silent, or closed by its server is an outcome with a reason', async () => {
  const server = withWebSockets(createServer(), (socket) =>
    socket.end(Buffer.from([0x88, 2, 3, 233])),
  )
  const at = `http://127.0.0.1:${await listening(server)}`
  const live = async ({ streams }: SessionTools) => {
    const refused = await streams.webSocket('/elsewhere')
    expect(refused.outcome).toBe('failed')
    expect((await refused.message()).outcome).toBe('failed')
    const chat = await streams.webSocket('/chat', room)
    await chat.message()
    expect((await chat.message({ name: 'silence', timeout: ms(100) })).outcome).toBe('failed')
    chat.send('go')
    await chat.message({ name: 'close' })
  }
  const { reasons, errors } = await oneSession({ at, live })
  expect(errors).toEqual([])
  expect(reasons).toEqual([
    'WS /elsewhere failed: status 403',
    'WS /elsewhere message failed: status 403',
    'WS /chat silence failed: time-out',
    'WS /chat close failed: closed by the server (1001)',
  ])
  const nobody = async ({ streams }: SessionTools) => void (await streams.webSocket('/chat'))
  const unheard = await oneSession({ at: 'http://127.0.0.1:2', live: nobody })
  expect(unheard.reasons).toEqual(['WS /chat failed: connection refused'])
})

test('a server that floods a WebSocket which nobody reads loses it, and memory stays bounded', async () => {
  const server = withWebSockets(createServer(), (socket) => {
    for (let n = 0; n < 2_000; n += 1) socket.write(textFrame('flood'))
    socket.write(textFrame('end'))
  })
  const at = `http://127.0.0.1:${await listening(server)}`
  const live = async ({ http, streams }: SessionTools) => {
    const chat = await streams.webSocket('/chat', room)
    chat.send('go')
    await http.get('/', { timeout: ms(300) })
    const message = await chat.message({ where: (message) => message.text() === 'end' })
    expect(message.outcome).toBe('failed')
  }
  const { reasons, errors } = await oneSession({ at, live })
  expect(errors).toEqual([])
  expect(reasons.at(-1)).toBe('WS /chat message failed: over 1000 messages unread')
})

test('a WebSocket over TLS trusts the authority of the workload', async () => {
  await using authority = await testAuthority()
  const { pem } = await authority.sign('IP:127.0.0.1')
  const server = withWebSockets(createSecureServer(pem), () => {})
  const at = `https://127.0.0.1:${await listening(server)}`
  const live = async ({ streams }: SessionTools) => void (await streams.webSocket('/chat', room))
  const tls = { ca: authority.ca }
  expect((await oneSession({ at, live, client: { tls } })).actions).toEqual(['WS /chat ok'])
  expect((await oneSession({ at, live })).reasons).toEqual([
    'WS /chat failed: certificate not trusted',
  ])
})

test('streams go through the proxy of the workload', async () => {
  const server = withWebSockets(
    createServer((_, out) => {
      out.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: x\n\n')
    }),
    () => {},
  )
  const at = `http://127.0.0.1:${await listening(server)}`
  const asked: unknown[] = []
  const proxy = createServer((_, out) => out.writeHead(400).end())
  proxy.on('connect', (request, socket: Socket) => {
    asked.push(request.url, request.headers['proxy-authorization'])
    const upstream = connect(Number(new URL(at).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    upstream.on('error', () => socket.destroy())
  })
  const live = async ({ streams }: SessionTools) => {
    await (await streams.webSocket('/chat', room)).message()
    await (await streams.events('/')).message()
  }
  const client = { proxy: `http://me:secret@127.0.0.1:${await listening(proxy)}` }
  const { actions, reasons } = await oneSession({ at, live, client })
  expect(reasons).toEqual([])
  expect(actions).toHaveLength(4)
  const proof = `Basic ${Buffer.from('me:secret').toString('base64')}`
  expect(asked).toEqual([new URL(at).host, proof, new URL(at).host, proof])
})

async function eventServer(answer: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listening(createServer(answer))}`
}

test('server-sent events are awaited one by one, by name or by what they say', async () => {
  const closed = Promise.withResolvers<void>()
  const at = await eventServer((request, out) => {
    request.on('close', closed.resolve)
    out.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    out.write(': comment\n\ndata: first\ndata: line\n\n')
    setTimeout(
      () => out.write('event: price\r\ndata: {"of":1}\r\n\r\nevent: price\ndata: {"of"'),
      30,
    )
    setTimeout(() => out.write(':2}\n\n'), 60)
  })
  const heard: unknown[] = []
  const live = async ({ streams }: SessionTools) => {
    const news = await streams.events('/news/:topic', { params: { topic: 'a' } })
    heard.push((await news.message()).text())
    const second = await news.message({
      name: 'price of 2',
      where: (event) => event.type === 'price' && event.json<{ of: number }>().of === 2,
    })
    heard.push(second.type, second.json())
  }
  const { actions, times, errors } = await oneSession({ at, live })
  expect(errors).toEqual([])
  expect(heard).toEqual(['first\nline', 'price', { of: 2 }])
  expect(actions).toEqual([
    'SSE /news/:topic ok',
    'SSE /news/:topic message ok',
    'SSE /news/:topic price of 2 ok',
  ])
  expect(times[2]!.service).toBeGreaterThan(40)
  // The session is over, and so is its stream.
  await closed.promise
})

test('events that never come, end, or are none are outcomes with a reason', async () => {
  const at = await eventServer((request, out) => {
    const type = { 'content-type': 'text/event-stream' }
    if (request.url === '/ends') out.writeHead(200, type).end('data: only\n\n')
    else if (request.url === '/none') out.end('plain')
    else if (request.url === '/silent') out.writeHead(200, type).write('\n')
    else if (request.url === '/huge') {
      out.writeHead(200, type).write('data: ')
      out.write('x'.repeat(2_000_000))
    } else out.writeHead(503).end()
  })
  const live = async ({ streams }: SessionTools) => {
    const ends = await streams.events('/ends')
    await ends.message()
    await ends.message()
    for (const path of ['/none', '/busy']) await streams.events(path)
    for (const path of ['/silent', '/huge'])
      await (await streams.events(path)).message({ timeout: ms(500) })
  }
  const { reasons, errors } = await oneSession({ at, live })
  expect(errors).toEqual([])
  expect(reasons).toEqual([
    'SSE /ends message failed: the server ended the stream',
    'SSE /none failed: expected text/event-stream, found none',
    'SSE /busy failed: status 503',
    'SSE /silent message failed: time-out',
    'SSE /huge message failed: event over 1048576 characters',
  ])
})

function answering(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  stream.on('error', () => {})
  const pieces: Buffer[] = []
  stream.on('data', (piece: Buffer) => pieces.push(piece))
  stream.on('end', () => {
    if (headers[':path'] === '/reset') return stream.close(2)
    if (headers[':path'] === '/silent') return
    stream.respond({
      ':status': 200,
      'set-cookie': ['a=1', 'b=2'],
      'x-cookie': headers.cookie ?? '',
    })
    stream.end(`${headers[':method']} ${Buffer.concat(pieces).toString()}`)
  })
}

test('HTTP/2 carries the same requests, many at once on one connection, with and without TLS', async () => {
  await using authority = await testAuthority()
  const { pem } = await authority.sign('IP:127.0.0.1')
  const client = { protocol: 'http/2', tls: { ca: authority.ca } } as const
  for (const [scheme, server] of [
    ['http', createHttp2()],
    ['https', createHttp2Tls(pem)],
  ] as const) {
    let connections = 0
    server.on('session', () => (connections += 1))
    server.on('stream', answering)
    const at = `${scheme}://127.0.0.1:${await listening(server)}`
    const texts: string[] = []
    const live = async ({ http }: SessionTools) => {
      texts.push((await http.post('/', { json: { a: 'ü' } })).text())
      const answers = await Promise.all(Array.from({ length: 20 }, () => http.get('/')))
      texts.push(answers[19]!.text(), String(answers[19]!.header('X-Cookie')))
      await http.get('/reset')
      await http.post('/reset')
      await http.post('/silent', { timeout: ms(100) })
    }
    const { reasons, errors } = await oneSession({ at, live, client })
    expect(errors).toEqual([])
    expect(texts).toEqual(['POST {"a":"ü"}', 'GET ', 'a=1; b=2'])
    expect(reasons).toEqual([
      expect.stringMatching(/^GET \/reset failed: /),
      expect.stringMatching(/^POST \/reset unknown: /),
      'POST /silent unknown: time-out',
    ])
    expect(connections).toBe(1)
  }
})

test('a connection of HTTP/2 takes no more requests than it may, either', async () => {
  const server = createHttp2()
  let connections = 0
  server.on('session', () => (connections += 1))
  server.on('stream', answering)
  const at = `http://127.0.0.1:${await listening(server)}`
  const live = async ({ http }: SessionTools) => {
    for (let n = 0; n < 6; n += 1) await http.get('/')
  }
  const client = { protocol: 'http/2', requestsPerConnection: 2 } as const
  const { actions } = await oneSession({ at, live, client })
  expect(actions).toEqual(Array.from({ length: 6 }, () => 'GET / ok'))
  expect(connections).toBe(3)
})

test('a server that does not speak HTTP/2 is told apart from one that fails', async () => {
  await using authority = await testAuthority()
  const { pem } = await authority.sign('IP:127.0.0.1')
  const at = `https://127.0.0.1:${await listening(createSecureServer(pem))}`
  const client = { protocol: 'http/2', tls: { ca: authority.ca } } as const
  const live = async ({ http }: SessionTools) => void (await http.post('/'))
  expect((await oneSession({ at, live, client })).reasons).toEqual([
    'POST / failed: the server does not speak HTTP/2',
  ])
})
