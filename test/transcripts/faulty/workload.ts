// A workload with a fault in every field that can have one.

import { hold, ms, perSecond, persona, ramp, seconds, workload } from 'plimsoll'

const reader = persona({ why: 'reads', live: async ({ http }) => void (await http.get('/')) })

export const broken = workload({
  personas: { reader },
  // @ts-expect-error -- a persona that does not exist is a type error, too
  mix: { reader: -1, writer: 2 },
  phases: {
    nothing: { shape: hold({ at: perSecond(10), for: ms(0) }), loadLine: true },
    silence: { shape: ramp({ from: perSecond(0), to: perSecond(0), over: seconds(5) }) },
    // @ts-expect-error -- as above
    strangers: { shape: hold({ at: perSecond(10), for: seconds(5) }), mix: { stranger: 1 } },
    again: { shape: hold({ at: perSecond(10), for: seconds(5) }), loadLine: true },
  },
  maxSessions: 0,
})
