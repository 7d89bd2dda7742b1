// How the load of the campaign grows: five phases of one rush as published, then a step and a spike. What users do in each
// of them, and why: participant.ts.

import { hold, ramp, seconds, sessions, share, workload, type Workload } from 'plimsoll'
import { participant } from './participant.ts'

const personas = { participant }
const mix = { participant: 1 }
/** The rush of 140 s, by shares of it: 45, 30, 5, 10 and 10 %. */
const rush_s = 140
const part = (share: number) => seconds(rush_s * share)

const most = 1_100
const few = 275

/** The five phases of the rush at so many users. */
function rushOf(users: number) {
  const all = sessions(users)
  return {
    early: { shape: ramp({ from: sessions(1), to: all, over: part(0.45) }) },
    mid: { shape: hold({ at: all, for: part(0.3) }), loadLine: true },
    final: { shape: hold({ at: all, for: part(0.05) }) },
    postFinal: { shape: hold({ at: all, for: part(0.1) }) },
    last: { shape: hold({ at: all, for: part(0.1) }) },
  }
}

/** The rush, and in the full form a step and a spike after it, each from a quarter of the users. */
export const campaignDay = workload({
  personas,
  mix,
  phases: {
    ...rushOf(most),
    // Whoever is there leaves within their visit; the instances that came for them leave as well.
    beforeStep: {
      shape: hold({ at: sessions(few), for: seconds(240) }),
      measured: false,
      quick: false,
    },
    step: { shape: hold({ at: sessions(most), for: seconds(150) }), quick: false },
    beforeSpike: {
      shape: hold({ at: sessions(few), for: seconds(240) }),
      measured: false,
      quick: false,
    },
    spike: { shape: hold({ at: sessions(most), for: seconds(20) }), quick: false },
    afterSpike: { shape: hold({ at: sessions(few), for: seconds(100) }), quick: false },
  },
  quickPhases: share(0.5),
})

/** The rush alone, with so many users: for `plimsoll load`, and for the bench on machines of other sizes. */
export function rushWith(users: number): Workload {
  return workload({ personas, mix, phases: rushOf(users) })
}

/** As published: 1,100 users. */
export const rush = rushWith(most)
