import { experiment, failures, invariants, ms, percent, perSecond, responseTime } from 'plimsoll'
import messaging from './system.ts'
import { mixed } from './workload.ts'

const edge = { size: 'm7g.medium' } as const
const store = { size: 'm7g.medium' } as const
const database = { size: 'db.m5.large' } as const
const discovery = { size: 'shared' } as const
const twoEdges = { edge: { ...edge, instances: 2 }, store: { ...store, instances: 4 } }

/** One store and two behind one edge, four behind two edges, and those on a bigger database. */
export default experiment({
  question:
    'How many messages per second are stored, and what carries more: stores, edges or the database?',
  system: messaging,
  configurations: {
    oneStore: { edge, store, database, discovery },
    twoStores: { edge, store: { ...store, instances: 2 }, database, discovery },
    fourStores: { ...twoEdges, database, discovery },
    biggerDatabase: { ...twoEdges, database: { size: 'db.m5.xlarge' }, discovery },
  },
  workload: mixed,
  // The 1,000 messages per second of the published test, and as many pages: who is told of a message reads it.
  expected: perSecond(2_000),
  // As for the other chat, helpdesk. The published 100 ms is for whole processors: with an eighth of one, every
  // millisecond of work takes eight.
  checks: [responseTime().p99.below(ms(500)), failures().below(percent(1)), invariants()],
})
