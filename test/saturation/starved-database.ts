import { experiment, failures, ms, percent, perSecond, responseTime } from 'plimsoll'
import reviews from '../../systems/reviews/system.ts'
import { launchDay } from '../../systems/reviews/workload.ts'

/** A large API before a small database: the database's CPU runs out. */
export default experiment({
  question: 'What runs out?',
  system: reviews,
  configurations: { only: { api: { size: 'm7g.xlarge' }, database: { size: 'm7g.medium' } } },
  workload: launchDay,
  expected: perSecond(100),
  scale: 8,
  checks: [responseTime().p99.below(ms(200)), failures().below(percent(1))],
})
