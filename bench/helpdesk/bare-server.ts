// A bare node:http server in a process of its own that says two letters to everybody, beside the help desk in the
// same rounds.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { median } from '../results.ts'
import type { Measured } from '../wrk.ts'

/** Starts the server; it ends when it is disposed of. */
export async function startBareServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const child = fork(fileURLToPath(import.meta.url))
  const [port] = (await once(child, 'message')) as [number]
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.kill()
      await once(child, 'exit')
    },
  }
}

/** Medians of the rounds; no row when wrk is not installed. */
export function bareRows(rounds: readonly Measured[]) {
  if (rounds.length === 0) return []
  const middle = (of: (round: Measured) => number) => median(rounds.map(of))
  return [
    {
      what: 'a bare node:http server',
      by: 'wrk',
      per_second: Math.round(middle(({ per_second }) => per_second)),
      p99_ms: Number(middle(({ p99_ms }) => p99_ms).toFixed(1)),
      not_ok: rounds.reduce((sum, { not_ok }) => sum + not_ok, 0),
      told: '',
      floor: '',
    },
  ]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = createServer((_request, response) => response.end('ok'))
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
}
