// One suite for both balancers: they keep the same promises.

import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort, until } from '@plimsoll/stores'
import { seconds } from '@plimsoll/workload'
import { needs } from '../../../../../test/optional-part.ts'
import { Instance } from '../instance.ts'
import { balancerProgram } from './balancer.ts'

let folder = ''
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'plimsoll-balancer-'))))
afterAll(() => rm(folder, { recursive: true }))

async function backend(serve: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createServer((request, answer) => {
    if (request.url === '/readyz') answer.end('ready')
    else serve(request, answer)
  })
  server.keepAliveTimeout = 65_000
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}

function end(server: Server): void {
  server.closeAllConnections()
  server.close()
}

describe.each([
  { name: 'HAProxy', env: process.env },
  { name: 'built-in', env: { ...process.env, PLIMSOLL_BALANCER: 'built-in' } },
])('$name', ({ env, name }) => {
  beforeEach((context) => {
    if (name === 'HAProxy') needs('haproxy', context)
  })

  async function balance(instances: readonly number[], keep_alive: 'on' | 'off' = 'on') {
    const port = await freePort()
    const admin = await freePort()
    const targets = { port, instances, ready: '/readyz', keep_alive, admin }
    const program = await balancerProgram(targets, folder, env)
    expect(program.name).toContain(name)
    const balancer = new Instance({
      ...program,
      name: 'balancer',
      cwd: folder,
      logFile: join(folder, 'log'),
      onSpawn: () => {},
    })
    const url = `http://127.0.0.1:${port}`
    await balancer.untilReady(`${url}/readyz`, seconds(10))
    const { tell } = program
    return { url, port, tell, [Symbol.asyncDispose]: () => balancer.stop(seconds(1)) }
  }

  test('method, path, headers, status and bodies of any size pass unchanged', async () => {
    const { server, port } = await backend((request, answer) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        answer.statusCode = 207
        answer.setHeader('set-cookie', ['a=1', 'b=2'])
        answer.setHeader(
          'x-seen',
          `${request.method} ${request.url} ${String(request.headers['x-own'])}`,
        )
        answer.end(Buffer.concat(chunks))
      })
    })
    await using balancer = await balance([port])
    const large = Buffer.alloc(3_000_000, 'large ')
    for (const body of [
      large,
      Readable.toWeb(Readable.from([large])) as ReadableStream,
      undefined,
    ]) {
      const answer = await fetch(`${balancer.url}/a%20b?c=d&c=e`, {
        method: 'POST',
        headers: { 'x-own': 'yes' },
        duplex: 'half',
        ...(body === undefined ? {} : { body }),
      })
      expect(answer.status).toBe(207)
      expect(answer.headers.get('x-seen')).toBe('POST /a%20b?c=d&c=e yes')
      expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
      const echoed = Buffer.from(await answer.arrayBuffer())
      expect(echoed.equals(body === undefined ? Buffer.alloc(0) : large)).toBe(true)
    }
    end(server)
  })

  test('instances that are told to go and then go are missed by nobody, and get requests again when they are back', async () => {
    const answering = (text: string) => backend((_request, answer) => answer.end(text))
    const [stays, ...going] = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(answering))
    const ports = [stays!, ...going].map(({ port }) => port)
    await using balancer = await balance(ports)
    const ask = async () => (await fetch(balancer.url)).text()
    const whoAnswers = async () => new Set(await Promise.all(Array.from({ length: 60 }, ask)))
    expect((await whoAnswers()).size).toBe(6)
    for (const { server, port } of going) {
      await balancer.tell(port, 'drain')
      end(server)
    }
    expect(await whoAnswers()).toEqual(new Set(['a']))
    for (const { server, port } of going) {
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
      await balancer.tell(port, 'ready')
    }
    const all = async () => (await whoAnswers()).size === 6
    expect(await until(all, { deadline_ms: 8_000 })).toBe(true)
    for (const { server } of [stays!, ...going]) end(server)
  })

  /** Connections that twenty requests of one kept connection made behind the balancer. */
  async function connectionsBehind(keep_alive: 'on' | 'off'): Promise<number> {
    const used = new Set<number>()
    const { server, port } = await backend((request, answer) => {
      used.add(request.socket.remotePort ?? 0)
      answer.end('x')
    })
    await using balancer = await balance([port], keep_alive)
    const socket = connect(balancer.port, '127.0.0.1')
    let received = ''
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()))
    for (let i = 1; i <= 20; i += 1) {
      socket.write(`GET /${i} HTTP/1.1\r\nHost: x\r\n\r\n`)
      const isAnswered = () => received.split('HTTP/1.1 200').length - 1 === i
      expect(await until(isAnswered, { deadline_ms: 2_000, every_ms: 2 })).toBe(true)
    }
    socket.destroy()
    end(server)
    return used.size
  }

  test('connections are kept on both sides', async () => {
    expect(await connectionsBehind('on')).toBe(1)
  })

  test('without keep-alive every request makes a connection to its instance, and users keep theirs', async () => {
    expect(await connectionsBehind('off')).toBe(20)
  })

  test('an answer streams: its first bytes arrive before its end is written', async () => {
    const gate = Promise.withResolvers<void>()
    const { server, port } = await backend((_, answer) => {
      answer.write('first')
      void gate.promise.then(() => answer.end('last'))
    })
    await using balancer = await balance([port])
    const reader = (await fetch(balancer.url)).body?.getReader()
    const first = await reader?.read()
    expect(Buffer.from(first?.value ?? []).toString()).toBe('first')
    gate.resolve()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('last')
    end(server)
  })

  test('an instance that refuses connections costs no request, and all dead is 503', async () => {
    const seen: string[] = []
    const listener: RequestListener = (request, answer) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => answer.end(String(seen.push(body))))
    }
    const [a, b] = await Promise.all([backend(listener), backend(listener)])
    await using balancer = await balance([a.port, b.port])
    end(a.server)
    for (let i = 0; i < 20; i += 1) {
      const answer = await fetch(balancer.url, { method: 'POST', body: `post ${i}` })
      expect([i, answer.status]).toEqual([i, 200])
      await answer.text()
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => `post ${i}`))
    end(b.server)
    const is503 = async () => (await fetch(balancer.url)).status === 503
    expect(await until(is503, { deadline_ms: 5_000, every_ms: 100 })).toBe(true)
  })

  test('a request cut off on its way is not sent again', async () => {
    let arrivals = 0
    const cutter = () =>
      createTcpServer((socket) => {
        socket.on('error', () => {})
        socket.on('data', (chunk: Buffer) => {
          const isCheck = chunk.toString().includes('/readyz')
          if (isCheck)
            socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
          else {
            arrivals += 1
            socket.destroy()
          }
        })
      }).listen(0, '127.0.0.1')
    const servers = [cutter(), cutter()]
    await Promise.all(servers.map((each) => new Promise((done) => each.once('listening', done))))
    await using balancer = await balance(
      servers.map((each) => (each.address() as AddressInfo).port),
    )
    const answer = await fetch(`${balancer.url}/order`, { method: 'POST', body: 'one' })
    expect(answer.status).toBe(502)
    expect(arrivals).toBe(1)
    for (const each of servers) each.close()
  })

  test('the less busy instance gets the next request', async () => {
    let isHeld = 0
    const gate = Promise.withResolvers<void>()
    const slow = await backend((_, answer) => {
      isHeld += 1
      void gate.promise.then(() => answer.end('slow'))
    })
    const fast = await backend((_, answer) => answer.end('fast'))
    await using balancer = await balance([slow.port, fast.port])
    const answers = Array.from({ length: 2 }, async () => (await fetch(balancer.url)).text())
    expect(await until(() => isHeld === 1, { deadline_ms: 2_000 })).toBe(true)
    for (let i = 0; i < 20; i += 1) expect(await (await fetch(balancer.url)).text()).toBe('fast')
    gate.resolve()
    expect((await Promise.all(answers)).toSorted()).toEqual(['fast', 'slow'])
    end(slow.server)
    end(fast.server)
  })
})
