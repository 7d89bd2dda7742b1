// The personas of the help desk, for as long as a test has time: the same people, seconds of each.

import { hold, perSecond, seconds, share, workload, type Workload } from 'plimsoll'
import { helpDay, loginStorm } from '../workload.ts'

const brief = (whole: Workload, rate: number): Workload =>
  workload({
    ...whole,
    quickPauses: share(1),
    phases: { brief: { shape: hold({ at: perSecond(rate), for: seconds(6) }) } },
  })

export const briefDay = brief(helpDay, 30)
export const briefStorm = brief(loginStorm, 120)
