// Load on the logging system: records one by one and five hundred at a time, closed and open.

import { hold, perSecond, persona, seconds, sessions, workload } from 'plimsoll'

/** Connections of the closed load, one record at a time. */
export const singles = 256
/** Connections of the closed load of batches. */
export const batchers = 8
export const recordsPerBatch = 500
/** Records per second while the worker is away, and after. */
export const drainRate = 12_000
/** Below the load line of single records. */
export const calmRate = 8_000

const message =
  'Received block blk_-1608999687919862906 of size 91178 from /10.250.14.224, terminating'
const levels = ['INFO', 'info', 'WARN', 'error', 'DEBUG'] as const

function record(n: number) {
  return { message: `${message} ${n}`, level: levels[n % levels.length]!, service: 'dfs' }
}

const single = persona({
  why: 'one record after the other on one connection',
  async live({ http, session }) {
    for (let n = 0; n < 200; n += 1) await http.post('/log', { json: record(session * 200 + n) })
  },
})

const one = persona({
  why: 'one record',
  async live({ http, session }) {
    await http.post('/log', { json: record(session) })
  },
})

const batch = Array.from({ length: recordsPerBatch }, (_, n) => record(n))

const batcher = persona({
  why: 'many records at a time',
  async live({ http }) {
    for (let n = 0; n < 10; n += 1) await http.post('/logs', { json: batch })
  },
})

const oneBatch = persona({
  why: 'one batch',
  async live({ http }) {
    await http.post('/logs', { json: batch })
  },
})

const none = { single: 0, one: 0, batcher: 0, oneBatch: 0 }
const second = seconds(1)

export const bench = workload({
  personas: { single, one, batcher, oneBatch },
  mix: { ...none, single: 1 },
  phases: {
    singles: { shape: hold({ at: sessions(singles), for: second }), mix: { ...none, single: 1 } },
    batches: { shape: hold({ at: sessions(batchers), for: second }), mix: { ...none, batcher: 1 } },
    calm: { shape: hold({ at: perSecond(calmRate), for: second }), mix: { ...none, one: 1 } },
    drain: {
      shape: hold({ at: perSecond(drainRate / recordsPerBatch), for: second }),
      mix: { ...none, oneBatch: 1 },
    },
    drainSingles: {
      shape: hold({ at: perSecond(drainRate), for: second }),
      mix: { ...none, one: 1 },
    },
  },
})
