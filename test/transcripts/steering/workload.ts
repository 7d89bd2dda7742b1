// One persona that reads at an even rate: long enough to be steered, and briefly; and a crowd of connections.

import { hold, minutes, ms, perSecond, persona, seconds, sessions, workload } from 'plimsoll'

const reader = persona({
  why: 'reads twice',
  async live({ http, think }) {
    await http.get('/a')
    await think({ from: ms(50), to: ms(50) })
    await http.get('/a', { headers: { authorization: 'Bearer s3cr3t' } })
  },
})

export const steady = workload({
  personas: { reader },
  mix: { reader: 1 },
  phases: { steady: { shape: hold({ at: perSecond(10), for: minutes(1), spacing: 'even' }) } },
})

export const brief = workload({
  personas: { reader },
  mix: { reader: 1 },
  phases: { short: { shape: hold({ at: perSecond(20), for: seconds(1), spacing: 'even' }) } },
})

export const shared = workload({
  personas: { reader },
  mix: { reader: 1 },
  phases: { longer: { shape: hold({ at: perSecond(20), for: seconds(4) }) } },
})

const waiter = persona({
  why: 'keeps a connection',
  async live({ http, think }) {
    await http.get('/a')
    await think({ from: seconds(1), to: seconds(1) })
  },
})

export const crowd = workload({
  personas: { waiter },
  mix: { waiter: 1 },
  phases: { only: { shape: hold({ at: sessions(200), for: seconds(2) }) } },
})
