import { experiment, failures, invariants, ms, percent, perSecond, responseTime } from 'plimsoll'
import reviews from './system.ts'
import { launchDay } from './workload.ts'

/** One server, a bigger one, four of them, four and a bigger database. */
export default experiment({
  question: 'What does it take to carry 1,000 requests per second?',
  system: reviews,
  configurations: {
    single: { api: { size: 'm7g.medium' }, database: { size: 'db.m5.large' } },
    vertical: { api: { size: 'm7g.large' }, database: { size: 'db.m5.large' } },
    horizontal: { api: { size: 'm7g.medium', instances: 4 }, database: { size: 'db.m5.large' } },
    both: { api: { size: 'm7g.medium', instances: 4 }, database: { size: 'db.m5.xlarge' } },
  },
  workload: launchDay,
  expected: perSecond(1_000),
  checks: [responseTime().p99.below(ms(200)), failures().below(percent(0.1)), invariants()],
})
