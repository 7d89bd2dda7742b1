import { experiment, failures, invariants, ms, percent, perSecond, responseTime } from 'plimsoll'
import reviews from '../../systems/reviews/system.ts'
import { launchDay } from '../../systems/reviews/workload.ts'

const single = { api: { size: 'm7g.medium' }, database: { size: 'db.m5.large' } } as const

/** The same configuration twice: whoever finds a difference here would find one anywhere. */
export default experiment({
  question: 'Are two identical configurations called equal?',
  system: reviews,
  configurations: { one: single, other: single },
  workload: launchDay,
  expected: perSecond(1_000),
  scale: 8,
  checks: [responseTime().p99.below(ms(200)), failures().below(percent(0.1)), invariants()],
})
