import { experiment, failures, invariants, ms, percent, perSecond, responseTime } from 'plimsoll'
import helpdesk from './system.ts'
import { helpDay } from './workload.ts'

/** They are cut off after 2 s, which is their service level: one that takes longer is a failure. */
const logins = ['POST /auth/login', 'POST /auth/register']

/** One server, a bigger one, four of them, four and a bigger database. */
export const configurations = {
  A: { api: { size: 'm7g.medium' }, database: { size: 'db.m5.large' } },
  B: { api: { size: 'm7g.large' }, database: { size: 'db.m5.large' } },
  C: { api: { size: 'm7g.medium', instances: 4 }, database: { size: 'db.m5.large' } },
  D: { api: { size: 'm7g.medium', instances: 4 }, database: { size: 'db.m5.xlarge' } },
} as const

export default experiment({
  question: 'One server, a bigger one, four of them, or four and a bigger database?',
  system: helpdesk,
  configurations,
  workload: helpDay,
  // Twenty times the 63.6 requests per second that were published for A.
  expected: perSecond(1_272),
  checks: [
    responseTime({ except: logins }).p99.below(ms(500)),
    failures().below(percent(0.1)),
    invariants(),
  ],
})
