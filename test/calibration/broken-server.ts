// A server that breaks the rules of HTTP, each path in its own way, and counts what reached it.

import { createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

export interface BrokenServer extends AsyncDisposable {
  readonly url: string
  /** Requests that came, by method and path. */
  readonly came: ReadonlyMap<string, number>
}

const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'
const status = (code: number) => `HTTP/1.1 ${code} Status\r\nContent-Length: 0\r\n\r\n`

const ways: Readonly<Record<string, (socket: Socket, requestsOnSocket: number) => void>> = {
  '/ok': (socket) => socket.write(whole),
  '/created': (socket) => socket.write('HTTP/1.1 201 Created\r\nContent-Length: 8\r\n\r\n{"id":7}'),
  '/no-content': (socket) => socket.write('HTTP/1.1 204 No Content\r\n\r\n'),
  '/closing': (socket) => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil I close'),
  '/not-found': (socket) => socket.write(status(404)),
  '/busy': (socket) => socket.write(status(503)),
  '/error': (socket) => socket.write(status(500)),
  '/reset': (socket) => socket.resetAndDestroy(),
  '/close': (socket) => socket.end(),
  '/cut': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot a hundred'),
  '/cut-chunked': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'),
  '/cut-head': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Le'),
  '/garbage': (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'),
  '/endless-head': (socket) => endless(socket, 'HTTP/1.1 200 OK\r\nX: ', 'x'.repeat(1_000)),
  '/endless-body': (socket) => endless(socket, 'HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(1_000_000)),
  '/never': () => {},
  '/slow-body': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n')
    const timer = setInterval(() => socket.write('x'), 50)
    socket.once('close', () => clearInterval(timer))
  },
  // Answers the first request of a connection, and closes under the second.
  '/stale': (socket, requestsOnSocket) => {
    if (requestsOnSocket === 1) socket.write(whole)
    else socket.resetAndDestroy()
  },
}

function endless(socket: Socket, start: string, piece: string): void {
  const more = () => {
    while (!socket.destroyed && socket.write(piece));
  }
  socket.on('drain', more)
  socket.write(start)
  more()
}

/** Starts one on a free port. Disposing closes it with all its connections. */
export async function startBrokenServer(): Promise<BrokenServer> {
  const came = new Map<string, number>()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let requests = 0
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
    socket.on('data', (bytes) => {
      const [method = '', path = ''] = bytes.toString('latin1').split(' ')
      came.set(`${method} ${path}`, (came.get(`${method} ${path}`) ?? 0) + 1)
      requests += 1
      ways[path]?.(socket, requests)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    came,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A URL at which nothing listens. */
export async function refusingUrl(): Promise<string> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}
