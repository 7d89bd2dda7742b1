// A server, in a process of its own, that answers after a known time and keeps its own record of when
// each request came and when its answer left, on the machine's monotonic clock. Optionally it stalls once.

import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { goFirst } from './measured.ts'

/** Times in ms. The stall begins so long after the first request. */
export interface TimedServerOptions {
  readonly takes: number
  readonly stall?: { readonly after: number; readonly lasts: number }
}

/** One request by the server's own clock, ms since the machine started. */
export interface Served {
  readonly came: number
  /** When its answer was to leave. */
  readonly planned: number
  readonly left: number
}

export interface TimedServer extends AsyncDisposable {
  readonly url: string
  /** What it has answered so far, in the order of coming. */
  record(): Promise<readonly Served[]>
}

/** Starts one on a free port. Disposing ends it. */
export async function startTimedServer(options: TimedServerOptions): Promise<TimedServer> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], { execArgv: [] })
  goFirst(child.pid ?? 0)
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return {
    url: `http://127.0.0.1:${port}`,
    async record() {
      child.send('record')
      const [served] = (await once(child, 'message')) as [Served[]]
      return served
    },
    [Symbol.asyncDispose]: () => ended(child),
  }
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

function serve({ takes, stall }: TimedServerOptions): void {
  const now = () => Number(process.hrtime.bigint()) / 1e6
  const served: { came: number; planned: number; left: number }[] = []
  const server = createServer((request, response) => {
    const came = now()
    const since = came - (served[0]?.came ?? came)
    const stalled = stall !== undefined && since >= stall.after && since < stall.after + stall.lasts
    const waits = stalled ? stall.after + stall.lasts - since : 0
    const entry = { came, planned: came + waits + takes, left: Infinity }
    served.push(entry)
    request.resume()
    setTimeout(() => {
      entry.left = now()
      response.setHeader('content-type', 'application/json').end('{"fine":true}')
    }, waits + takes)
  })
  process.on('message', () => process.send?.(served))
  process.on('disconnect', () => process.exit(0))
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ port: (server.address() as AddressInfo).port })
  })
}

if (import.meta.main) serve(JSON.parse(process.argv[2] ?? '{}') as TimedServerOptions)
