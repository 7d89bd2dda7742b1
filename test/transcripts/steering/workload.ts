// One persona that reads at an even rate: long enough to be steered, and briefly.

import { hold, minutes, ms, perSecond, persona, seconds, workload } from 'plimsoll'

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
