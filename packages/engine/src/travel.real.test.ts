// What a persona gets after redirects, with packed bodies and with uploads, and how connections move on.

import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { ms, type SessionTools } from '@plimsoll/workload'
import { oneSession } from './one-session.ts'
import { listening, plain } from './test-servers.ts'

/** A server whose redirects lead from one path to the next. */
function redirecting(): Promise<string> {
  return plain((request, out) => {
    const { method, url = '', headers } = request
    const to = (status: number, location: string, more = {}) =>
      void out.writeHead(status, { location, ...more }).end()
    if (url === '/start') return to(302, 'middle?n=1', { 'set-cookie': 'seen=yes; Path=/' })
    if (url === '/middle?n=1') return to(307, '/end')
    if (url === '/submit') return to(303, '/end')
    if (url === '/again') return to(308, '/end')
    if (url === '/circle') return to(302, '/circle2')
    if (url === '/circle2') return to(302, '/circle')
    if (url === '/login')
      return headers.cookie === undefined
        ? to(302, '/login', { 'set-cookie': 'in=1' })
        : void out.end('in')
    if (url.startsWith('/far')) return to(302, `/far${Number(url.slice(4)) + 1}`)
    if (url === '/away') return to(302, 'http://elsewhere.example/')
    if (url === '/broken') return to(303, '/lost')
    if (url === '/lost') return void out.writeHead(404).end()
    return void buffer(request).then((body) =>
      out.end(`${method} ${headers.cookie ?? ''} ${String(body)}`),
    )
  })
}

test('redirects are followed within one action where the workload says so, cookies included', async () => {
  const at = await redirecting()
  const texts: string[] = []
  const live = async ({ http }: SessionTools) => {
    texts.push((await http.get('/start')).text())
    texts.push((await http.post('/submit', { json: { a: 1 } })).text())
    texts.push((await http.post('/again', { json: { a: 1 } })).text())
    texts.push((await http.get('/login')).text())
  }
  const { actions } = await oneSession({ at, live, client: { redirects: 3 } })
  expect(texts).toEqual(['GET seen=yes ', 'GET seen=yes ', 'POST seen=yes {"a":1}', 'in'])
  expect(actions).toEqual(['GET /start ok', 'POST /submit ok', 'POST /again ok', 'GET /login ok'])
})

test('without that a redirect is the answer', async () => {
  const at = await redirecting()
  let status = 0
  const live = async ({ http }: SessionTools) => void ({ status } = await http.get('/start'))
  expect((await oneSession({ at, live })).actions).toEqual(['GET /start ok'])
  expect(status).toBe(302)
})

test('redirects in a circle, too many, to elsewhere, or from a write to nowhere are outcomes', async () => {
  const at = await redirecting()
  const live = async ({ http }: SessionTools) => {
    await http.get('/circle')
    await http.get('/far0')
    await http.get('/away')
    await http.post('/broken')
  }
  const { reasons } = await oneSession({ at, live, client: { redirects: 3 } })
  expect(reasons).toEqual([
    'GET /circle failed: redirects in a circle',
    'GET /far0 failed: over 3 redirects',
    'GET /away failed: redirect to another server: http://elsewhere.example',
    // The write itself was accepted.
    'POST /broken unknown: status 404',
  ])
})

test('gzip, deflate, brotli and zstd are unpacked when they are read', async () => {
  const packers = {
    gzip: gzipSync,
    deflate: deflateSync,
    br: brotliCompressSync,
    zstd: zstdCompressSync,
  }
  const at = await plain((request, out) => {
    const coding = String(request.headers['accept-encoding']) as keyof typeof packers
    out.setHeader('content-encoding', coding)
    out.end(packers[coding]('{"packed":true}'))
  })
  const read: unknown[] = []
  const live = async ({ http }: SessionTools) => {
    for (const coding of Object.keys(packers)) {
      read.push((await http.get('/', { headers: { 'accept-encoding': coding } })).json())
    }
  }
  await oneSession({ at, live })
  expect(read).toEqual(Array.from({ length: 4 }, () => ({ packed: true })))
})

test('a packed body that is garbage, or unpacks beyond measure, ends the session and not the run', async () => {
  const bomb = gzipSync(Buffer.alloc(65 * 1_048_576))
  const at = await plain((request, out) => {
    out.setHeader('content-encoding', 'gzip')
    out.end(request.url === '/bomb' ? bomb : 'no gzip at all')
  })
  const reading =
    (path: string) =>
    async ({ http }: SessionTools) =>
      void (await http.get(path)).text()
  const garbage = await oneSession({ at, live: reading('/garbage') })
  expect([garbage.actions, garbage.errors]).toEqual([
    ['GET /garbage ok'],
    [expect.stringMatching(/one: TypeError: expected a body in gzip: incorrect header check/)],
  ])
  const { errors } = await oneSession({ at, live: reading('/bomb') })
  expect(errors).toEqual([
    expect.stringMatching(/expected a body in gzip: Cannot create a Buffer larger than/),
  ])
})

test('forms with files, bytes, text and streams arrive as they were given', async () => {
  const at = await plain(async (request, out) => {
    const { 'content-type': type, 'transfer-encoding': coding } = request.headers
    const body = await buffer(request)
    out.end(JSON.stringify({ type, coding, body: body.toString('latin1') }))
  })
  const got: { type?: string; coding?: string; body: string }[] = []
  const live = async ({ http }: SessionTools) => {
    const file = {
      file: 'a "b".bin',
      type: 'application/octet-stream',
      bytes: Uint8Array.of(0, 255, 13),
    }
    got.push((await http.post('/', { multipart: { title: 'ü', file } })).json())
    got.push((await http.put('/', { body: Uint8Array.of(1, 2, 200) })).json())
    const headers = { 'content-type': 'text/plain' }
    got.push((await http.patch('/', { body: 'text', headers })).json())
    async function* pieces() {
      for (let n = 0; n < 300; n += 1) yield Buffer.alloc(10_000, 'x')
    }
    const streamed = (await http.post('/', { body: () => pieces() })).json<{
      coding: string
      body: string
    }>()
    expect([streamed.coding, streamed.body.length]).toEqual(['chunked', 3_000_000])
  }
  const { errors } = await oneSession({ at, live })
  expect(errors).toEqual([])
  const form = await new Response(Buffer.from(got[0]!.body, 'latin1'), {
    headers: { 'content-type': got[0]!.type! },
  }).formData()
  expect(form.get('title')).toBe('ü')
  const file = form.get('file') as File
  expect([file.name, file.type]).toEqual(['a "b".bin', 'application/octet-stream'])
  expect([...new Uint8Array(await file.arrayBuffer())]).toEqual([0, 255, 13])
  expect(got.slice(1).map(({ type, body }) => [type, body])).toEqual([
    ['application/octet-stream', '\x01\x02\xc8'],
    ['text/plain', 'text'],
  ])
})

test('an upload that its server cuts short, or whose source throws, is an outcome', async () => {
  let connections = 0
  const server = createTcpServer((socket) => {
    connections += 1
    socket.once('data', () =>
      socket.write('HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n'),
    )
  })
  const at = `http://127.0.0.1:${await listening(server)}`
  let given = 0
  async function* endless() {
    for (;;) {
      given += 1
      yield Buffer.alloc(65_536)
    }
  }
  const live = async ({ http }: SessionTools) => {
    await http.post('/', { body: endless })
    await http.get('/', { ok: [413] })
    await http.post('/', {
      body: () => {
        throw new Error('no such file')
      },
    })
  }
  const { reasons } = await oneSession({ at, live })
  expect(reasons).toEqual([
    'POST / failed: status 413',
    'POST / unknown: its body could not be read: no such file',
  ])
  // The half-sent body must not run into the next request.
  expect(connections).toBe(2)
  expect(given).toBeLessThan(1_000)
})

test('a connection takes no more requests than it may, so that all instances get their share', async () => {
  const counts: number[] = []
  const server = createServer((request, out) => {
    const { socket } = request as unknown as { socket: { n?: number } }
    socket.n ??= counts.push(0) - 1
    counts[socket.n]! += 1
    out.end()
  })
  const at = `http://127.0.0.1:${await listening(server)}`
  const live = async ({ http }: SessionTools) => {
    for (let n = 0; n < 10; n += 1) await http.get('/')
  }
  await oneSession({ at, live, client: { requestsPerConnection: 4 } })
  expect(counts).toEqual([4, 4, 2])
})

test('a connection takes no request after its lifetime', async () => {
  let connections = 0
  const server = createServer((_, out) => void setTimeout(() => out.end(), 30))
  server.on('connection', () => (connections += 1))
  const at = `http://127.0.0.1:${await listening(server)}`
  const live = async ({ http }: SessionTools) => {
    for (let n = 0; n < 6; n += 1) await http.get('/')
  }
  await oneSession({ at, live, client: { connectionLifetime: ms(75) } })
  // Six requests take at least 180 ms.
  expect(connections).toBeGreaterThan(1)
})

test('the time of an answer that dribbles in is split into waiting and receiving', async () => {
  const at = await plain((_, out) => {
    setTimeout(() => out.write('a'), 40)
    setTimeout(() => out.end('b'), 140)
  })
  const live = async ({ http }: SessionTools) => {
    await http.get('/')
    await http.get('/')
  }
  const { times } = await oneSession({ at, live })
  for (const { service, receive } of times) {
    expect(receive).toBeGreaterThan(85)
    expect(service - receive).toBeGreaterThan(35)
  }
  expect(times[0]!.connect).toBeGreaterThan(0)
  expect(times[1]!.connect).toBe(0)
})
