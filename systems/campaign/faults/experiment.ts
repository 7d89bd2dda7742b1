import { experiment, failures, invariants, kill, percent, perSecond, seconds } from 'plimsoll'
import campaign from '../system.ts'
import { rush } from '../workload.ts'

/** One of four instances dies in the middle of the rush, and comes back. */
export default experiment({
  question: 'Is a check-in ever lost when an instance dies in the rush?',
  system: campaign,
  configurations: {
    four: {
      api: { size: 'm7g.medium', instances: 4 },
      database: { size: 'db.m5.large' },
      replica: { size: 'db.m5.large' },
    },
  },
  workload: rush,
  plays: 'phases',
  faults: [kill('api', { at: seconds(10), restartAfter: seconds(15) })],
  expected: perSecond(400),
  checks: [failures().below(percent(5)), invariants()],
})
