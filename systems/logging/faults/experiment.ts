import {
  cut,
  experiment,
  failures,
  freeze,
  invariants,
  kill,
  percent,
  perSecond,
  seconds,
} from 'plimsoll'
import logging from '../system.ts'
import { steadyLogs } from '../workload.ts'

/** Everything dies once, one after the other, and what was accepted must be there afterwards. */
export default experiment({
  question: 'Is anything ever lost, whatever dies?',
  system: logging,
  configurations: {
    twoWorkers: {
      api: { size: 'm7g.medium', instances: 2 },
      worker: { size: 'm7g.medium', instances: 2 },
      database: { size: 'db.m5.large' },
      queue: { size: 'sqs' },
      cache: { size: 'cache.t3.micro' },
    },
  },
  workload: steadyLogs,
  plays: 'phases',
  faults: [
    kill('worker', { at: seconds(10), restartAfter: seconds(10) }),
    kill('api', { at: seconds(30), restartAfter: seconds(10) }),
    kill('queue', { at: seconds(50), restartAfter: seconds(10) }),
    freeze('database', { at: seconds(70), for: seconds(15) }),
    cut({ from: 'worker', to: 'queue' }, { at: seconds(95), for: seconds(15) }),
  ],
  expected: perSecond(200),
  checks: [failures().below(percent(25)), invariants()],
})
