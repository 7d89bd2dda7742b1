// Before and after scaling, as the author of the original tells it: one server, then more, a balancer that
// keeps its connections, larger pools. The load is that of the published tests, both at once: 1,000 POST/s
// and 500 GET/s on 500 products.

import { experiment, failures, hold, invariants, ms, percent, perSecond } from 'plimsoll'
import { responseTime, seconds, workload } from 'plimsoll'
import { noOriginals, originalPersonas } from './original-personas.ts'
import reviews from './system.ts'

const published = { ...noOriginals, writer: 2, lister: 1 }

/** Two writes for each read, at the rates of the published tests together. */
export const publishedRates = workload({
  personas: originalPersonas,
  mix: published,
  phases: {
    both: {
      shape: hold({ at: perSecond(1_500), for: seconds(15), spacing: 'even' }),
      loadLine: true,
    },
  },
})

const size = 'm7g.medium'
const database = { size: 'db.m5.large' } as const

export default experiment({
  question:
    'What did scaling the original change: one server, two, four, keep-alive, larger pools?',
  system: reviews,
  configurations: {
    one: { api: { size }, database },
    two: { api: { size, instances: 2 }, database },
    four: { api: { size, instances: 4 }, database },
    fourWithoutKeepAlive: { api: { size, instances: 4, balancer: { keepAlive: 'off' } }, database },
    fourWithSmallPools: { api: { size, instances: 4, settings: { POOL_SIZE: '1' } }, database },
    // The original: 40 connections per process, max_connections raised from 100 to 200.
    fourWithLargePools: { api: { size, instances: 4, settings: { POOL_SIZE: '40' } }, database },
  },
  workload: publishedRates,
  expected: perSecond(1_500),
  checks: [responseTime().p99.below(ms(200)), failures().below(percent(0.1)), invariants()],
})
