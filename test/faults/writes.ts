// Nothing but writers and voters, so that a fault surely falls on writes that are under way.

import { hold, perSecond, seconds, workload } from 'plimsoll'
import { reviewer, voter } from '../../systems/reviews/workload.ts'

export const writes = workload({
  personas: { reviewer, voter },
  mix: { reviewer: 90, voter: 10 },
  phases: { writing: { shape: hold({ at: perSecond(500), for: seconds(12) }) } },
})
