import {
  bootDelay,
  experiment,
  failures,
  invariants,
  ms,
  percent,
  perSecond,
  responseTime,
  seconds,
  targetTracking,
} from 'plimsoll'
import campaign from './system.ts'
import { campaignDay } from './workload.ts'

const entrance = ['POST /api/auth/login', 'POST /api/auth/register']
// Small enough that there is something to scale for: 1,100 people use a fifth of four whole cores.
const size = 'fargate.0.25'
const stores = { database: { size: 'db.m5.large' }, replica: { size: 'db.m5.large' } } as const

/** From four to eight instances by their CPU, as fast as a cloud starts them. */
const scaled = (boot: 'aws-ec2' | 'gcp-mig') =>
  ({
    api: {
      size,
      autoscale: targetTracking({
        min: 4,
        max: 8,
        cpu: percent(50),
        boot,
        cooldown: seconds(60),
      }),
    },
    ...stores,
  }) as const

export default experiment({
  question: 'Does scaling from 4 to 8 instances arrive in time for the final rush?',
  system: campaign,
  configurations: {
    four: { api: { size, instances: 4 }, ...stores },
    eight: { api: { size, instances: 8 }, ...stores },
    slowBoot: scaled('aws-ec2'),
    fastBoot: scaled('gcp-mig'),
  },
  workload: campaignDay,
  plays: 'phases',
  // A day of 15 minutes for each configuration, and the search for a boot delay after them.
  repeats: 1,
  // The finest that two cores can give: the more people, the surer.
  scale: 5,
  // 1,100 users, one thing every 3 s, some of which are two actions.
  expected: perSecond(400),
  checks: [
    responseTime({ except: entrance }).p99.below(ms(500)),
    // Everybody enters once or twice: too few to judge a p99.
    responseTime(entrance).p95.below(seconds(5)),
    failures().below(percent(1)),
    invariants(),
  ],
  bisect: bootDelay({ of: 'fastBoot', from: seconds(0), to: seconds(75), within: seconds(5) }),
})
