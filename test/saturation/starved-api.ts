import { experiment, failures, ms, percent, perSecond, responseTime } from 'plimsoll'
import reviews from '../../systems/reviews/system.ts'
import { launchDay } from '../../systems/reviews/workload.ts'

/** A small API before a large database: the API's CPU runs out. */
export default experiment({
  question: 'What runs out?',
  system: reviews,
  configurations: { only: { api: { size: 'm7g.medium' }, database: { size: 'db.m5.xlarge' } } },
  workload: launchDay,
  expected: perSecond(100),
  scale: 8,
  checks: [responseTime().p99.below(ms(200)), failures().below(percent(1))],
})
