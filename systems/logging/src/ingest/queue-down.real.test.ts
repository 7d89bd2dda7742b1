import { memoryUsage } from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  openQueue,
  startTestPostgres,
  until,
  type PostgresHost,
  type StoreServer,
} from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runLogging } from '../../test/running-logging.ts'

let host: PostgresHost
let server: StoreServer

beforeAll(async () => {
  host = await startTestPostgres()
  server = await openQueue()
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await host?.[Symbol.asyncDispose]()
})

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Bytes in use: the test's own requests leave much garbage, which says nothing about the service. */
function kept(): number {
  // Buffers are freed beside the program: only the next collection waits until they are.
  collectGarbage()
  collectGarbage()
  const { heapUsed, external } = memoryUsage()
  return heapUsed + external
}

const record = { message: 'x'.repeat(1_000), level: 'info' }

test.each([
  ['is gone', 'SIGKILL', [503]],
  ['does not answer', 'SIGSTOP', [503, 504]],
] as const)(
  'a queue that %s: never 201, every answer in time, memory bounded, and it recovers',
  async (_, signal, expected) => {
    await using logging = await runLogging(
      { host, endpoint: server.url },
      { SEND_DEADLINE_MS: '800' },
    )
    expect((await logging.post('/log', record)).status).toBe(201)
    await server.kill(signal)
    const before = kept()
    const statuses = new Set<number>()
    const since = performance.now()
    while (performance.now() - since < 3_000) {
      const started = performance.now()
      const answers = await Promise.all([
        ...Array.from({ length: 100 }, () => logging.post('/log', record)),
        logging.post(
          '/logs',
          Array.from({ length: 1_000 }, () => record),
        ),
      ])
      expect(performance.now() - started).toBeLessThan(2_500)
      for (const { status, headers } of answers) {
        statuses.add(status)
        expect(headers.get('retry-after')).toBe('1')
      }
    }
    expect(
      [...statuses].filter((status) => !(expected as readonly number[]).includes(status)),
    ).toEqual([])
    expect(statuses).toContain(503)
    expect(kept() - before).toBeLessThan(50_000_000)
    if (signal === 'SIGKILL') await server.restart()
    else await server.kill('SIGCONT')
    const isBack = async () => (await logging.post('/log', record)).status === 201
    expect(await until(isBack, { deadline_ms: 10_000 })).toBe(true)
  },
)
