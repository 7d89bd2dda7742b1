// Who sends log records: users that wait for each answer, as in the test that this system is known by, and programs that
// do not wait: records come when they come, one by one or packed.

import process from 'node:process'
import { hold, perSecond, persona, ramp, seconds, sessions, workload, type Random } from 'plimsoll'
import { levelIn, readLogLines } from './log-lines.ts'

/** Records of one request of a shipper. */
export const batchSize = 20

const lines = readLogLines(process.env['PLIMSOLL_DATA'])
const services = ['checkout', 'search', 'login', 'mail']

/** The members of a `post` of so many records, each with the request's key in front, by which it is found again. */
function records(random: Random, count: number) {
  const key = random.uuid()
  const all = Array.from({ length: count }, (_, n) => {
    const line = random.pick(lines)
    return { message: `${key}/${n} ${line}`, level: levelIn(line), service: random.pick(services) }
  })
  return {
    json: count === 1 ? all[0] : all,
    ledger: { kind: 'records', key, about: { count } },
  }
}

export const user = persona({
  why: 'sends the next record when the last was answered: slows down with the server, as the first test of this system did',
  async live({ http, random }) {
    for (let n = 0; n < 20; n += 1) await http.post('/log', records(random, 1))
  },
})

export const poster = persona({
  why: 'sends a record when it has one, however slow the answers are',
  async live({ http, random }) {
    await http.post('/log', records(random, 1))
  },
})

export const shipper = persona({
  why: 'reads log files and sends twenty records at a time',
  async live({ http, random }) {
    await http.post('/logs', records(random, batchSize))
  },
})

export const reader = persona({
  why: 'somebody looks at the newest records',
  async live({ http }) {
    await http.get('/logs', { query: { limit: 100 } })
  },
})

const personas = { user, poster, shipper, reader }
const nobody = { user: 0, poster: 0, shipper: 0, reader: 0 }

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
  mix: { ...nobody, poster: 1 },
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
    low: { shape: hold({ at: perSecond(1_000 / batchSize), for: seconds(20) }) },
    middle: { shape: hold({ at: perSecond(5_000 / batchSize), for: seconds(20) }) },
    high: { shape: hold({ at: perSecond(20_000 / batchSize), for: seconds(20) }) },
  },
})

/** Six of ten requests are single records, a third are batches, the rest look: what the experiments play. */
export const steadyLogs = workload({
  personas,
  mix: { ...nobody, poster: 60, shipper: 35, reader: 5 },
  phases: {
    rise: { shape: ramp({ from: perSecond(20), to: perSecond(200), over: seconds(60) }) },
    steady: { shape: hold({ at: perSecond(200), for: seconds(120) }), loadLine: true },
    fall: { shape: ramp({ from: perSecond(200), to: perSecond(20), over: seconds(30) }) },
  },
})
