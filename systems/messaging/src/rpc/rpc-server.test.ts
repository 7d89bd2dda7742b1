// Connections that begin slowly. What HTTP/2 does after its preface is the platform's.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'

import { addRpcServer } from './rpc-server.ts'

async function listening() {
  const http = createServer((_, response) => response.end('here'))
  const accepted: Socket[] = []
  const server = addRpcServer({
    routes: () => {},
    http,
    messageBytes: 65_536,
    answerBytes: 65_536,
    silence: 30_000,
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
