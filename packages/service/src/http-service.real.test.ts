import { connect } from 'node:net'
import { until } from '@plimsoll/stores'
import { Type } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { createHttpService, type HttpService } from './http-service.ts'
import { createLog } from './log.ts'
import { giveUpPlace } from './request-gate.ts'

let service: HttpService
let url: string
let port: number
const releases: (() => void)[] = []
let isReady = true

beforeAll(async () => {
  service = await createHttpService({
    title: 'Things',
    version: '1.0.0',
    settings: {
      BODY_LIMIT_BYTES: 10_000,
      REQUEST_TIMEOUT_MS: 1_000,
      MAX_REQUESTS_IN_FLIGHT: 3,
      CORS_ORIGINS: 'https://shop.example.com',
    },
    log: createLog({ service: 'things', level: 'silent' }),
    isReady: () => Promise.resolve(isReady),
  })
  const { app } = service
  app.get('/things', (_request, reply) => reply.send({ things: [] }))
  app.post(
    '/things',
    { schema: { body: Type.Object({ name: Type.String() }) } },
    (request, reply) => reply.code(201).send({ name: request.body.name }),
  )
  app.get('/broken', () => {
    throw new Error('select secret from stack')
  })
  app.get('/large', { schema: { hide: true } }, (_request, reply) => reply.send('x'.repeat(5e7)))
  app.post('/done', { schema: { hide: true } }, (_request, reply) => reply.send({ done: true }))
  app.get('/events', { schema: { hide: true } }, (_request, reply) => {
    reply.hijack()
    giveUpPlace(reply.raw)
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
    reply.raw.flushHeaders()
  })
  app.get('/slow', async (_request, reply) => {
    await new Promise<void>((resolve) => releases.push(resolve))
    return await reply.send({ slow: true })
  })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
  port = Number(new URL(url).port)
})
afterAll(async () => {
  await service.app.close()
})

/** Sends bytes as they are and resolves to all that comes back until the server closes. */
function raw(text: string, { within = 5_000 } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    const timer = setTimeout(() => socket.destroy(new Error(`still open, got: ${answer}`)), within)
    socket.setEncoding('latin1').on('data', (data: string) => (answer += data))
    socket.on('error', reject)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(answer)
    })
  })
}

const get = 'GET /things HTTP/1.1\r\n'
const post = 'POST /things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n'

test.each([
  ['two Host headers', `${get}Host: a\r\nHost: b\r\n\r\n`],
  ['two Host headers of different case', `${get}Host: a\r\nhOST: a\r\n\r\n`],
  ['no Host header', `${get}\r\n`],
  ['an unknown transfer encoding', `${post}Transfer-Encoding: xchunked\r\n\r\n`],
  ['chunked twice', `${post}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`],
  ['gzip before chunked', `${post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
  ['length and chunked', `${post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['two lengths', `${post}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc`],
  ['a negative length', `${post}Content-Length: -3\r\n\r\nabc`],
  ['a folded header', `${get}Host: a\r\nX: 1\r\n 2\r\n\r\n`],
  ['a bare line feed', `${get}Host: a\nX: 1\r\n\r\n`],
  ['a space before the colon', `${get}Host : a\r\n\r\n`],
  ['a NUL in a header', `${get}Host: a\r\nX: \0\r\n\r\n`],
  ['no HTTP at all', 'hello\r\n\r\n'],
])('%s: 400, and the connection is closed', async (_, text) => {
  const answer = await raw(text)
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
})

test('what cannot be parsed after a request is not answered in the place of its answer', async () => {
  const answer = await raw('GET /slow HTTP/1.1\r\nHost: a\r\n\r\nhello\r\n\r\n')
  expect(answer).toBe('')
  releases.splice(0).forEach((release) => release())
})

test('headers of 20 KB are 431', async () => {
  expect(await raw(`${get}Host: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /)
})

test('a request that is sent too slowly is 408', async () => {
  expect(await raw(`${post}Content-Length: 20\r\n\r\n{"na`)).toMatch(/^HTTP\/1\.1 408 /)
})

test('a connection that says nothing, or the half of a header, is closed', async () => {
  expect(await raw('')).toMatch(/^(HTTP\/1\.1 408 |$)/)
  expect(await raw(`${get}Ho`)).toMatch(/^HTTP\/1\.1 408 /)
})

test('a client that does not read its answer is cut off, one that reads slowly is not', async () => {
  const ask = () => {
    const socket = connect(port, '127.0.0.1').pause()
    socket.write('GET /large HTTP/1.1\r\nHost: a\r\n\r\n')
    return socket
  }
  const deaf = ask()
  const slow = ask()
  let taken = 0
  // Some MB a second: the kernel takes more from the server only when a third of its buffer is free.
  const sips = setInterval(() => (taken += (slow.read() as Buffer | null)?.length ?? 0), 10)
  const areInFlight = (n: number) => () => service.gate.inFlight === n
  expect(await until(areInFlight(2), { deadline_ms: 1_000 })).toBe(true)
  expect(await until(areInFlight(1), { deadline_ms: 5_000 })).toBe(true)
  const before = taken
  expect(await until(() => taken > before + 100_000, { deadline_ms: 3_000 })).toBe(true)
  expect(service.gate.inFlight).toBe(1)
  clearInterval(sips)
  for (const socket of [deaf, slow]) socket.destroy()
  expect(await until(areInFlight(0), { deadline_ms: 1_000 })).toBe(true)
})

interface Attempt {
  readonly body: string | undefined
  readonly type?: string
}

async function posted({ body, type = 'application/json' }: Attempt) {
  const headers = { 'content-type': type }
  const answer = await fetch(`${url}/things`, { method: 'POST', headers, body: body ?? null })
  return { status: answer.status, body: await answer.json(), headers: answer.headers }
}

test.each([
  ['malformed JSON', '{"name":'],
  ['no body', undefined],
  ['an array', '["name"]'],
  ['a text', '"name"'],
  ['a poisoned prototype', '{"name":"a","__proto__":{"admin":true}}'],
  ['a poisoned constructor', '{"name":"a","constructor":{"prototype":{"admin":true}}}'],
  ['a NUL', String.raw`{"name":"a\u0000"}`],
  ['a NUL in a key', String.raw`{"name":"a","\u0000":1}`],
  ['very deep JSON', '['.repeat(4_900) + ']'.repeat(4_900)],
  ['a number for a text', '{"name":1e400}'],
])('a body that is %s is 400', async (_, body) => {
  const answer = await posted({ body })
  expect(answer.status).toBe(400)
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(answer.body).toMatchObject({ status: 400, error_id: expect.any(String) })
})

test('a request without a body may name the type that it would have had', async () => {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/done`, { method: 'POST', headers })
  expect([answer.status, await answer.json()]).toEqual([200, { done: true }])
})

test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json/x', 'text/json'])(
  'a body of type %s is 415',
  async (type) => {
    expect((await posted({ body: '{"name":"a"}', type })).status).toBe(415)
  },
)

test.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json ;x=y'])(
  'a body of type %s is validated as JSON',
  async (type) => {
    expect((await posted({ body: '{"name":"a"}', type })).status).toBe(201)
    expect((await posted({ body: '{"name":1}', type })).status).toBe(400)
  },
)

test('a body over the limit is 413 and the connection is closed, with a length or without', async () => {
  const body = JSON.stringify({ name: 'x'.repeat(10_000) })
  expect(await raw(`${post}Content-Length: ${body.length}\r\n\r\n${body}`)).toMatch(
    /^HTTP\/1\.1 413 /,
  )
  const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
  expect(await raw(`${post}Transfer-Encoding: chunked\r\n\r\n${chunks}`)).toMatch(
    /^HTTP\/1\.1 413 /,
  )
})

test('who sends all of a body that is too large before reading still gets the 413', async () => {
  const body = 'x'.repeat(12_000_000)
  let answer = ''
  const socket = connect(port, '127.0.0.1').pause()
  socket.setEncoding('latin1').on('data', (data: string) => (answer += data))
  const closed = new Promise<void>((resolve, reject) => {
    socket.once('close', () => resolve()).once('error', reject)
  })
  await new Promise<void>((resolve, reject) => {
    socket.write(`${post}Content-Length: ${body.length}\r\n\r\n`)
    socket.write(body, (error) => (error ? reject(error) : resolve()))
  })
  socket.resume()
  await closed
  expect(answer).toMatch(/^HTTP\/1\.1 413 /)
})

test('only declared methods are taken', async () => {
  for (const method of ['DELETE', 'PUT', 'PATCH', 'HEAD']) {
    const answer = await fetch(`${url}/things`, { method })
    expect([method, answer.status]).toEqual([method, 405])
    expect(answer.headers.get('allow')).toBe('GET, POST')
  }
  expect(await raw('TRACE /things HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(
    /^HTTP\/1\.1 40[45] /,
  )
})

test.each(['/nothing', '/things/', '/THINGS', '/things%2f', '/%zz', '/a%00b', '//things'])(
  'the path %s is refused in the same form as everything else',
  async (path) => {
    const answer = await fetch(url + path)
    expect([400, 404]).toContain(answer.status)
    expect(await answer.json()).toMatchObject({ error_id: expect.any(String) })
  },
)

test('our own failure is 500 with an id, and tells nothing of the inside', async () => {
  const answer = await fetch(`${url}/broken`)
  const text = await answer.text()
  expect(answer.status).toBe(500)
  expect(text).toContain('error_id')
  expect(text).not.toContain('secret')
})

test('answers carry security headers and no banner', async () => {
  for (const path of ['/things', '/nothing', '/broken']) {
    const { headers } = await fetch(url + path)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('server') ?? headers.get('x-powered-by')).toBeNull()
  }
})

test('browsers may call from the origins that are set, and from no other', async () => {
  const allowed = async (origin: string) =>
    (await fetch(`${url}/things`, { headers: { origin } })).headers.get(
      'access-control-allow-origin',
    )
  expect(await allowed('https://shop.example.com')).toBe('https://shop.example.com')
  expect(await allowed('https://evil.example.com')).toBeNull()
})

test('streams keep no place from requests', async () => {
  const leaving = new AbortController()
  const { signal } = leaving
  const streams = await Promise.all(
    Array.from({ length: 4 }, async () => await fetch(`${url}/events`, { signal })),
  )
  expect(streams.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(service.gate.inFlight).toBe(4)
  expect((await fetch(`${url}/things`)).status).toBe(200)
  leaving.abort()
  expect(await until(() => service.gate.inFlight === 0, { deadline_ms: 1_000 })).toBe(true)
})

test('beyond the limit of requests in flight: 503 at once, while health is answered', async () => {
  const slow: Promise<Response>[] = []
  for (let i = 0; i < 3; i++) slow.push(fetch(`${url}/slow`))
  while (releases.length < 3) await new Promise((resolve) => setImmediate(resolve))
  const refused = await fetch(`${url}/things`)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect((await fetch(`${url}/livez`)).status).toBe(200)
  expect((await fetch(`${url}/metrics`)).status).toBe(200)
  expect(service.gate.stuckRoutes()).toContain('GET /slow')
  for (const release of releases) release()
  expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200, 200])
  expect((await fetch(`${url}/things`)).status).toBe(200)
})

test('readiness is what the service says, liveness is that it answers', async () => {
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  isReady = false
  expect((await fetch(`${url}/readyz`)).status).toBe(503)
  expect((await fetch(`${url}/livez`)).status).toBe(200)
  isReady = true
})

test('the interface is described at /docs without anything from elsewhere', async () => {
  const document = (await (await fetch(`${url}/docs/json`)).json()) as { paths: object }
  expect(Object.keys(document.paths)).toEqual(['/things', '/broken', '/slow'])
  const page = await fetch(`${url}/docs/`)
  const html = await page.text()
  expect(page.status).toBe(200)
  expect(html).not.toMatch(/(src|href)="https?:/)
})

test('requests are counted by route and status, refused ones too', async () => {
  const text = await (await fetch(`${url}/metrics`)).text()
  expect(text).toMatch(/http_requests_total\{route="GET \/things",status="200"\} [1-9]/)
  expect(text).toMatch(/http_requests_total\{route="POST \/things",status="400"\} [1-9]/)
  expect(text).toMatch(/http_requests_total\{route="unmatched",status="503"\} 1\n/)
})
