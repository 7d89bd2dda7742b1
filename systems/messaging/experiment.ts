import { experiment, failures, invariants, ms, percent, perSecond, responseTime } from 'plimsoll'
import messaging from './system.ts'
import { mixed } from './workload.ts'

const edge = { size: 'm7g.medium' } as const
const store = { size: 'm7g.medium' } as const
const database = { size: 'db.m5.large' } as const

/** One, two and four stores behind one edge, four behind two edges, and those on a bigger database. */
export default experiment({
  question:
    'How many messages per second are stored, and what carries more: stores, edges or the database?',
  system: messaging,
  configurations: {
    oneStore: { edge, store, database },
    twoStores: { edge, store: { ...store, instances: 2 }, database },
    fourStores: { edge, store: { ...store, instances: 4 }, database },
    twoEdges: { edge: { ...edge, instances: 2 }, store: { ...store, instances: 4 }, database },
    biggerDatabase: {
      edge: { ...edge, instances: 2 },
      store: { ...store, instances: 4 },
      database: { size: 'db.m5.xlarge' },
    },
  },
  workload: mixed,
  // The 500 pages per second at which the published service had no connections left, and a message for each.
  expected: perSecond(1_000),
  checks: [responseTime().p99.below(ms(100)), failures().below(percent(1)), invariants()],
})
