// One session at once: what is measured is how long it takes until its request arrives.

import { hold, ms, persona, sessions, workload } from 'plimsoll'

const visitor = persona({
  why: 'asks once',
  live: async ({ http }) => void (await http.get('/')),
})

export const first = workload({
  personas: { visitor },
  mix: { visitor: 1 },
  phases: { only: { shape: hold({ at: sessions(1), for: ms(50) }) } },
})
