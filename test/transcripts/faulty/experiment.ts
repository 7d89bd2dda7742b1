// An experiment with a fault in every field that can have one.

import { experiment, failures, percent, perSecond } from 'plimsoll'
import first from '../../../examples/first/system.ts'
import { visits } from '../../../examples/first/workload.ts'

export default experiment({
  question: 'What is wrong here?',
  system: first,
  configurations: {
    // @ts-expect-error -- a size that does not exist is a type error, too
    huge: { prices: { size: 'm7g.enormous', instances: 0 } },
    // @ts-expect-error -- and so is a part
    other: { cache: { size: 'cache.t3.micro' } },
    '1st try': { prices: { size: 'm7g.medium', instances: 65 } },
  },
  workload: visits,
  expected: perSecond(0),
  scale: -8,
  checks: [failures().below(percent(1))],
})
