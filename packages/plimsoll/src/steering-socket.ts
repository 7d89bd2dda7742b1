// The local socket of a load: a line of words in, a line of JSON out. It lies among the records and is the user's alone.

import { chmod, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { PlimsollError } from '@plimsoll/workload'
import { orderOf, type Order, type Steerable, type Steered } from './steering.ts'

const name = 'steering.sock'
/** What the system takes as the name of a socket. */
const longestPath = 107
const longestLine = 200
const clientsAtMost = 8
const answerWithin_ms = 5_000

/** Listens in the folder. Undefined where the path is too long for a socket. */
export async function listenForSteering(
  run: Steerable,
  folder: string,
): Promise<AsyncDisposable | undefined> {
  const path = join(folder, name)
  if (Buffer.byteLength(path) > longestPath) return undefined
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    serve(socket, run)
  })
  server.maxConnections = clientsAtMost
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve)
  })
  await chmod(path, 0o600)
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await rm(path, { force: true })
    },
  }
}

function serve(socket: Socket, run: Steerable): void {
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    if (text.length > longestLine) socket.destroy()
    for (const line of lines) void answer(line).then((said) => socket.write(`${said}\n`))
  })
  async function answer(line: string): Promise<string> {
    try {
      return JSON.stringify(await run.steer(orderOf(line.trim().split(/\s+/))))
    } catch (error) {
      return JSON.stringify({ error: error instanceof Error ? error.message : String(error) })
    }
  }
}

/** Steers the load whose records are in `folder`. Throws `load-not-found`. */
export async function steerLoad(folder: string, order: Order): Promise<Steered> {
  const socket = connect(join(folder, name))
  socket
    .setEncoding('utf8')
    .setTimeout(answerWithin_ms, () => socket.destroy(new Error('no answer')))
  try {
    const words = order.kind === 'rate' ? `rate ${order.factor}` : order.kind
    socket.write(`${words}\n`)
    let text = ''
    for await (const chunk of socket as AsyncIterable<string>) {
      text += chunk
      if (text.includes('\n')) break
    }
    return JSON.parse(text) as Steered
  } catch (cause) {
    throw new PlimsollError({
      code: 'load-not-found',
      blame: 'input',
      message: `Expected a load that is being played with its records in ${folder}, found none: ${cause instanceof Error ? cause.message : String(cause)}.`,
      hint: 'Give the folder that "plimsoll load" names when it begins.',
      cause,
    })
  } finally {
    socket.destroy()
  }
}
