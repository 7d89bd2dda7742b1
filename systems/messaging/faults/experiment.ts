import { experiment, failures, invariants, kill, percent, perSecond, seconds } from 'plimsoll'
import messaging from '../system.ts'
import { mixed } from '../workload.ts'

/** A store dies under load, comes back, and then the other: what was acknowledged must be there, once. */
export default experiment({
  question: 'Does a dead store lose a message?',
  system: messaging,
  configurations: {
    twoStores: {
      edge: { size: 'm7g.medium' },
      store: { size: 'm7g.medium', instances: 2 },
      database: { size: 'db.m5.large' },
      discovery: { size: 'shared' },
    },
  },
  workload: mixed,
  plays: 'phases',
  faults: [
    kill('store', { at: seconds(15), restartAfter: seconds(10) }),
    kill('store', { instance: 1, at: seconds(40), restartAfter: seconds(10) }),
  ],
  expected: perSecond(340),
  checks: [failures().below(percent(1)), invariants()],
})
