// Servers of Node for tests, put away when the test ends. Only tests use them.

import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Listens on loopback until the test ends. Returns its port. */
export async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return (server.address() as AddressInfo).port
}

/** The address of an HTTP server. */
export async function plain(
  answer: (...given: Parameters<RequestListener>) => unknown,
): Promise<string> {
  return `http://127.0.0.1:${await listening(createServer((...given) => void answer(...given)))}`
}
