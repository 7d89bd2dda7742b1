// A server that costs little: it answers every request with the same bytes, counts them, and keeps when they came by
// the machine's own clock. In a process of its own.

import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

const body = '{"id":17,"name":"a small answer","fine":true}'
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
)
const headEnd = Buffer.from('\r\n\r\n')

/** What it has seen so far. Instants in ms on the machine's clock. */
export interface Counted {
  readonly requests: number
  readonly connections: number
  /** Requests since `beganAt`, by tenths of seconds. */
  readonly tenths: readonly number[]
  readonly beganAt: number
}

export interface CountingServer extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  /** Forgets what it has counted by instants, and begins at an instant. */
  countFrom(beganAt: number): Promise<void>
  counted(): Promise<Counted>
}

export async function startCountingServer(): Promise<CountingServer> {
  const child = fork(fileURLToPath(import.meta.url), { execArgv: [] })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  const ask = async (question: object): Promise<Counted> => {
    child.send(question)
    const [told] = (await once(child, 'message')) as [Counted]
    return told
  }
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    countFrom: async (beganAt) => void (await ask({ beganAt })),
    counted: () => ask({}),
    [Symbol.asyncDispose]: () => ended(child),
  }
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

function serve(): void {
  const now = () => Number(process.hrtime.bigint()) / 1e6
  let requests = 0
  let connections = 0
  let beganAt = now()
  let tenths: number[] = []

  function count(): void {
    requests += 1
    const tenth = Math.floor((now() - beganAt) / 100)
    if (tenth < 0 || tenth >= 100_000) return
    while (tenths.length <= tenth) tenths.push(0)
    tenths[tenth] = (tenths[tenth] ?? 0) + 1
  }

  const server = createServer({ noDelay: true }, (socket) => {
    connections += 1
    let kept: Buffer = Buffer.alloc(0)
    socket.on('data', (piece: Buffer) => {
      const bytes = kept.length === 0 ? piece : Buffer.concat([kept, piece])
      let from = 0
      for (;;) {
        const end = bytes.indexOf(headEnd, from)
        if (end === -1) break
        from = end + headEnd.length
        count()
        socket.write(answer)
      }
      kept = bytes.subarray(from)
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => (connections -= 1))
  })
  process.on('message', (asked: { beganAt?: number }) => {
    if (asked.beganAt !== undefined) {
      beganAt = asked.beganAt
      tenths = []
    }
    process.send?.({ requests, connections, tenths, beganAt } satisfies Counted)
  })
  process.on('disconnect', () => process.exit(0))
  server.listen({ port: 0, host: '127.0.0.1', backlog: 16_384 }, () => {
    process.send?.({ port: (server.address() as AddressInfo).port })
  })
}

if (import.meta.main) serve()
