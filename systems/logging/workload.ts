// Who sends log records: users that wait for each answer, as in the test that this system is known by, and programs that
// do not wait: records come when they come, one by one or packed.

import process from 'node:process'
import { hold, perSecond, persona, ramp, seconds, sessions, workload, type Random } from 'plimsoll'
import { levelIn, readLogLines } from './log-lines.ts'

/** Records of one request of a shipper. */
export const recordsPerBatch = 100

const lines = readLogLines(process.env['PLIMSOLL_DATA'])

/** A record, and the key at its end by which it is found again. */
function newRecord(random: Random) {
  const line = random.pick(lines)
  const key = random.uuid()
  return { key, json: { message: `${line} ${key}`, level: levelIn(line), service: 'workload' } }
}

/** The members of a `post` of one record. */
function onePost(random: Random) {
  const { key, json } = newRecord(random)
  return { json, ledger: { kind: 'record', key } }
}

export const user = persona({
  why: 'sends the next record when the last was answered: slows down with the server, as the first test of this system did',
  async live({ http, random }) {
    for (let n = 0; n < 20; n += 1) await http.post('/log', onePost(random))
  },
})

export const program = persona({
  why: 'sends a record when it has one, however slow the answers are',
  async live({ http, random }) {
    await http.post('/log', onePost(random))
  },
})

export const shipper = persona({
  why: 'reads log files and sends a hundred records at a time',
  async live({ http, random }) {
    const json = Array.from({ length: recordsPerBatch }, () => newRecord(random).json)
    await http.post('/logs', { json })
  },
})

export const reader = persona({
  why: 'somebody looks at the newest records',
  async live({ http, random, think }) {
    await http.get('/logs', { query: { limit: 100 } })
    await think({ from: seconds(0.5), to: seconds(2) })
    await http.get('/logs', { query: { limit: 50, level: random.pick(['ERROR', 'WARNING']) } })
  },
})

const personas = { user, program, shipper, reader }
const nobody = { user: 0, program: 0, shipper: 0, reader: 0 }

/** Up to so many users, steady three times as long, and down again. */
function stressOf({ users, minute_s }: { users: number; minute_s: number }) {
  return workload({
    personas,
    mix: { ...nobody, user: 1 },
    phases: {
      up: { shape: ramp({ from: sessions(1), to: sessions(users), over: seconds(minute_s) }) },
      steady: { shape: hold({ at: sessions(users), for: seconds(3 * minute_s) }) },
      down: { shape: ramp({ from: sessions(users), to: sessions(1), over: seconds(minute_s) }) },
    },
  })
}

/** One minute up to 100 users, three minutes steady, one minute down. */
export const stress = stressOf({ users: 100, minute_s: 60 })

/** The same in a tenth of the time. */
export const quickStress = stressOf({ users: 100, minute_s: 6 })

/** Records one by one: 1,000, 5,000 and 20,000 a second. */
export const openSingles = workload({
  personas,
  mix: { ...nobody, program: 1 },
  phases: {
    low: { shape: hold({ at: perSecond(1_000), for: seconds(20) }) },
    middle: { shape: hold({ at: perSecond(5_000), for: seconds(20) }) },
    high: { shape: hold({ at: perSecond(20_000), for: seconds(20) }) },
  },
})

/** The same rates of records, packed. */
export const openBatches = workload({
  personas,
  mix: { ...nobody, shipper: 1 },
  phases: {
    low: { shape: hold({ at: perSecond(1_000 / recordsPerBatch), for: seconds(20) }) },
    middle: { shape: hold({ at: perSecond(5_000 / recordsPerBatch), for: seconds(20) }) },
    high: { shape: hold({ at: perSecond(20_000 / recordsPerBatch), for: seconds(20) }) },
  },
})

/** What an experiment searches with: programs, and somebody who looks at their records. */
export const ingest = workload({
  personas,
  mix: { ...nobody, program: 98, reader: 2 },
  phases: {
    warmUp: { shape: hold({ at: perSecond(200), for: seconds(10) }), measured: false },
    rise: { shape: ramp({ from: perSecond(200), to: perSecond(2_000), over: seconds(30) }) },
    rush: { shape: hold({ at: perSecond(2_000), for: seconds(60) }), loadLine: true },
  },
})
