// What this machine does today: two figures that need nothing of ours, so that results of different days and
// machines can be held against each other. A shared machine may be three times slower than it was last week.

import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

const connections = 64
const lasts_ms = 1_500
const words = 2 ** 25
const reads = 3_000_000

export interface Yardstick {
  /** Round trips of 64 bytes over loopback, one process being both ends of 64 connections. */
  readonly echoes_per_second: number
  /** One dependent read at random out of 128 MiB. */
  readonly random_read_ns: number
}

/** Takes about two seconds of one core. */
export async function yardstick(): Promise<Yardstick> {
  return { echoes_per_second: await echoes(), random_read_ns: randomRead() }
}

/** As a note below the title of a result. */
export function yardstickWords({ echoes_per_second, random_read_ns }: Yardstick): string {
  const echoed = Math.round(echoes_per_second / 100) * 100
  return `Yardstick: a bare node:net echo made ${echoed} round trips/s, a random read of memory took ${Math.round(random_read_ns)} ns.`
}

async function echoes(): Promise<number> {
  await using server = createServer((socket) => void socket.pipe(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const message = Buffer.alloc(64, 'x')
  const began = performance.now()
  let answered = 0
  const clients = Array.from({ length: connections }, () => {
    const client: Socket = connect({ host: '127.0.0.1', port, noDelay: true })
    client.on('data', () => {
      answered += 1
      if (performance.now() - began < lasts_ms) client.write(message)
      else client.end()
    })
    client.write(message)
    return once(client, 'close')
  })
  await Promise.all(clients)
  return answered / ((performance.now() - began) / 1_000)
}

function randomRead(): number {
  const next = new Uint32Array(words)
  for (let n = 0; n < words; n += 1) next[n] = Math.imul(n, 2_654_435_761) & (words - 1)
  let at = 1
  const began = performance.now()
  for (let n = 0; n < reads; n += 1) at = (next[at] ?? 0) ^ (n & 1)
  const each = ((performance.now() - began) * 1e6) / reads
  // So that the compiler cannot leave the reads out.
  return at < 0 ? 0 : each
}
