import {
  backlog,
  backlogPerWorker,
  experiment,
  failures,
  invariants,
  ms,
  percent,
  perSecond,
  responseTime,
  seconds,
} from 'plimsoll'
import logging from './system.ts'
import { steadyLogs } from './workload.ts'

const api = { size: 'm7g.medium' } as const
// A smaller one spends its share on long polls and metrics before it stores anything.
const worker = { size: 'm7g.medium' } as const
const stores = {
  database: { size: 'db.m5.large' },
  queue: { size: 'sqs' },
  cache: { size: 'cache.t3.micro' },
} as const

/** One, two and four workers behind a small API, four behind a bigger one, and workers that come with the backlog. */
export default experiment({
  question: 'When does the backlog start to grow, and what carries 400 requests per second?',
  system: logging,
  configurations: {
    oneWorker: { api, worker, ...stores },
    twoWorkers: { api, worker: { ...worker, instances: 2 }, ...stores },
    fourWorkers: { api, worker: { ...worker, instances: 4 }, ...stores },
    biggerApi: { api: { size: 'm7g.large' }, worker: { ...worker, instances: 4 }, ...stores },
    autoscaled: {
      api,
      worker: {
        ...worker,
        autoscale: backlogPerWorker({
          min: 1,
          max: 4,
          acceptableDelay: seconds(1),
          perMessage: ms(5),
          boot: 'gcp-mig',
        }),
      },
      ...stores,
    },
  },
  workload: steadyLogs,
  expected: perSecond(400),
  // The finest that two cores can give: the more a share carries, the shorter is a step.
  scale: 10,
  checks: [
    responseTime().p99.below(ms(500)),
    failures().below(percent(0.1)),
    backlog().steady(),
    invariants(),
  ],
})
