// What this machine gives at most: a node:http server in a process of its own that says two letters to everybody.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { runWrk, type Measured } from '../wrk.ts'

/** Undefined when wrk is not installed. */
export async function measureBareServer(options: {
  seconds: number
  connections: number
}): Promise<Measured | undefined> {
  const child = fork(fileURLToPath(import.meta.url))
  try {
    const [port] = (await once(child, 'message')) as [number]
    return await runWrk({ url: `http://127.0.0.1:${port}`, script: '', ...options })
  } finally {
    child.kill()
    await once(child, 'exit')
  }
}

export function bareRow(measured: Measured) {
  return {
    what: 'a bare node:http server',
    by: 'wrk',
    per_second: Math.round(measured.per_second),
    p99_ms: Number(measured.p99_ms.toFixed(1)),
    not_ok: measured.not_ok,
    told: 'says "ok" to everybody: no more is to be had on this machine today',
    floor: '',
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = createServer((_request, response) => response.end('ok'))
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
}
