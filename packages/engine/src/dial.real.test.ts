// Ways to a server: TLS with certificates of every kind, and proxies.

import type { IncomingMessage, RequestListener } from 'node:http'
import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { createServer as createSecureServer } from 'node:https'
import { connect, createServer as createTcpServer } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { TlsOptions as ServerTls } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ms, type ClientOptions, type SessionTools } from '@plimsoll/workload'
import { oneSession } from './one-session.ts'
import { testAuthority, type Authority, type Signed } from './test-certificates.ts'
import { listening, plain } from './test-servers.ts'

let authority: Authority
let good: Signed
beforeAll(async () => {
  authority = await testAuthority()
  good = await authority.sign('DNS:localhost,IP:127.0.0.1')
})
afterAll(() => authority[Symbol.asyncDispose]())

async function secure(tls: ServerTls, answer: RequestListener = (_, out) => out.end('hi')) {
  const server = createSecureServer(tls, answer)
  server.on('tlsClientError', () => {})
  return `https://127.0.0.1:${await listening(server)}`
}

/** One GET, and how it ended. */
async function get(at: string, client: ClientOptions = {}) {
  let text = ''
  const seen = await oneSession({
    at,
    client,
    live: async ({ http }) => void (text = (await http.get('/', { timeout: ms(2_000) })).text()),
  })
  return { ...seen, text, end: seen.reasons[0] ?? seen.actions[0] }
}

test('https is spoken, its certificate checked against an authority of ours, and the handshake timed', async () => {
  const at = await secure(good.pem)
  for (const address of [at, at.replace('127.0.0.1', 'localhost')]) {
    const { end, text, times } = await get(address, { tls: { ca: authority.ca } })
    expect([end, text]).toEqual(['GET / ok', 'hi'])
    expect(times[0]!.tls).toBeGreaterThan(0)
    expect(times[0]!.connect).toBeGreaterThan(0)
    expect(times[0]!.connect + times[0]!.tls).toBeLessThan(times[0]!.service)
  }
})

test('a certificate that is not to be trusted is an outcome with its reason', async () => {
  const expired = await authority.sign('IP:127.0.0.1', { days: -1 })
  const ofAnother = await authority.sign('DNS:example.com')
  const ours = { tls: { ca: authority.ca } }
  const ends = [
    (await get(await secure(expired.pem), ours)).end,
    (await get(await secure(ofAnother.pem), ours)).end,
    (await get(await secure(good.pem))).end,
    (await get((await plain((_, out) => out.end())).replace('http:', 'https:'), ours)).end,
  ]
  expect(ends).toEqual([
    'GET / failed: certificate expired',
    'GET / failed: certificate is for another name',
    'GET / failed: certificate not trusted',
    'GET / failed: the server does not speak TLS',
  ])
})

test('a client certificate is shown where it is asked for; without one even a write is failed, not unknown', async () => {
  const mine = await authority.sign('DNS:client')
  const at = await secure({
    ...good.pem,
    ca: [await readFile(authority.ca)],
    requestCert: true,
    rejectUnauthorized: true,
  })
  const ca = authority.ca
  const { certificate, key } = mine
  expect((await get(at, { tls: { ca, certificate, key } })).end).toBe('GET / ok')
  const live = async ({ http }: SessionTools) => void (await http.post('/', { json: {} }))
  const { reasons } = await oneSession({ at, live, client: { tls: { ca } } })
  expect(reasons).toEqual(['POST / failed: the server asks for a client certificate'])
})

test('a certificate file that cannot be used is told before anything is sent', async () => {
  const unusable = expect.objectContaining({ code: 'certificate-unusable', blame: 'input' })
  const tls = { ca: '/nowhere/ca.pem' }
  await expect(get('https://127.0.0.1:1', { tls })).rejects.toEqual(unusable)
  const swapped = { certificate: good.key, key: good.certificate }
  await expect(get('https://127.0.0.1:1', { tls: swapped })).rejects.toEqual(unusable)
})

test('a server that accepts and never shakes hands is a time-out while connecting', async () => {
  const port = await listening(createTcpServer())
  const live = async ({ http }: SessionTools) => void (await http.post('/', { timeout: ms(150) }))
  const { reasons } = await oneSession({ at: `https://127.0.0.1:${port}`, live })
  expect(reasons).toEqual(['POST / failed: time-out while connecting'])
})

/** A proxy that notes what it is asked for. */
async function proxy(): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, out) => {
    asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`)
    const to = new URL(request.url ?? '')
    const upstream = connect(Number(to.port), to.hostname, () =>
      upstream.write(
        `GET ${to.pathname} HTTP/1.1\r\nHost: ${to.host}\r\nConnection: close\r\n\r\n`,
      ),
    )
    buffer(upstream).then(
      (bytes) => out.end(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)),
      () => {},
    )
  })
  server.on('connect', (request: IncomingMessage, socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`)
    socket.on('error', () => {})
    if (request.headers['proxy-authorization'] === undefined) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    const [host, port] = String(request.url).split(':')
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
  })
  return { address: `127.0.0.1:${await listening(server)}`, asked }
}

test('an HTTP proxy is told the whole address, and is asked for a tunnel to https', async () => {
  const { address, asked } = await proxy()
  const at = await plain((_, out) => out.end('straight'))
  const safe = await secure(good.pem)
  const tls = { ca: authority.ca }
  const through = `http://me:secret@${address}`
  const proof = `Basic ${Buffer.from('me:secret').toString('base64')}`
  expect((await get(at, { proxy: through })).text).toBe('straight')
  expect((await get(safe, { proxy: through, tls })).text).toBe('hi')
  expect(asked).toEqual([`GET ${at}/ ${proof}`, `CONNECT ${new URL(safe).host} ${proof}`])
  expect((await get(safe, { proxy: `http://${address}`, tls })).end).toBe(
    'GET / failed: proxy: status 407',
  )
  expect((await get(safe, { proxy: 'http://127.0.0.1:1', tls })).end).toBe(
    'GET / failed: connection refused',
  )
})
