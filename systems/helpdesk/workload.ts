// Who uses the help desk, and how the load grows. Personas and the reasons for their weights: personas.ts.

import { hold, inTurn, perSecond, ramp, seconds, sessions, share, workload } from 'plimsoll'
import { openTabs as tabs, people, quietPeople, tabTokens } from './people.ts'
import {
  activeUser,
  expert,
  idleTab,
  newUser,
  openTab,
  stormer,
  tenSeconds,
  wholeVisit,
} from './personas.ts'

const mix = { newUser: 1, idleTab: 10, activeUser: 4, expert: 2 }

/** The published rise: twice as many users each minute, from two a second. */
const doubling = inTurn(
  ...[2, 4, 8, 16, 32, 64, 128].map((rate) => hold({ at: perSecond(rate), for: seconds(60) })),
)

/** The day of a help desk, by slices of ten seconds: what the comparison plays. */
export const helpDay = workload({
  personas: {
    newUser: newUser(tenSeconds),
    idleTab: idleTab(tenSeconds),
    activeUser: activeUser(tenSeconds),
    expert: expert(tenSeconds),
  },
  mix,
  setup: [people, quietPeople],
  phases: {
    rise: { shape: doubling },
    rush: { shape: hold({ at: perSecond(128), for: seconds(60) }), loadLine: true },
  },
  // A step would settle for nine seconds and count for four. Polls ask as far back as with whole pauses.
  quickPauses: share(0.05),
})

/** The same people for five minutes each, from the login on: what the published tests played. */
export const wholeVisits = workload({
  personas: {
    newUser: newUser(wholeVisit),
    idleTab: idleTab(wholeVisit),
    activeUser: activeUser(wholeVisit),
    expert: expert(wholeVisit),
  },
  mix,
  setup: [people, quietPeople],
  phases: {
    oneEachSecond: {
      shape: hold({ at: perSecond(1), for: seconds(300), spacing: 'even' }),
    },
    doubling: { shape: doubling },
  },
})

/** Ten thousand open tabs: 6,000 polls per second that mostly have nothing to tell. */
export const openTabs = workload({
  personas: { openTab },
  mix: { openTab: 1 },
  setup: [tabTokens],
  maxSessions: tabs,
  phases: {
    opening: {
      shape: ramp({ from: sessions(1), to: sessions(tabs), over: seconds(40) }),
      measured: false,
    },
    open: { shape: hold({ at: sessions(tabs), for: seconds(60) }) },
  },
})

/** 500 logins per second beside people who only poll: the polls must not feel it. */
export const loginStorm = workload({
  personas: { stormer, idleTab: idleTab({ ...tenSeconds, logins: 0 }) },
  mix: { stormer: 500, idleTab: 100 },
  setup: [people, quietPeople],
  phases: {
    calm: { shape: hold({ at: perSecond(100), for: seconds(10) }), mix: { idleTab: 1 } },
    storm: { shape: hold({ at: perSecond(600), for: seconds(20) }) },
    after: { shape: hold({ at: perSecond(100), for: seconds(10) }), mix: { idleTab: 1 } },
  },
})
