import { experiment, failures, ms, percent, perSecond, responseTime } from 'plimsoll'
import first from './system.ts'
import { visits } from './workload.ts'

export default experiment({
  question: 'Do two small servers carry 1,000 requests per second?',
  system: first,
  configurations: {
    one: { prices: { size: 'm7g.medium' } },
    two: { prices: { size: 'm7g.medium', instances: 2 } },
  },
  workload: visits,
  expected: perSecond(1_000),
  checks: [responseTime().p99.below(ms(200)), failures().below(percent(0.1))],
})
