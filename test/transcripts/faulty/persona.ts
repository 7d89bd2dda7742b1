// Two personas: one asks for what is gone, every second session of the other throws after its first action.

import { hold, perSecond, persona, seconds, workload } from 'plimsoll'

const seeker = persona({
  why: 'asks for what is gone',
  live: async ({ http }) => void (await http.get('/gone')),
})

const clumsy = persona({
  why: 'reads a body that is not as it thinks',
  async live({ http, session }) {
    const answer = await http.get('/')
    if (session % 2 === 1) return
    const { price } = answer.json<{ price: { cents: number } }>()
    if (price.cents > 0) await http.get('/never')
  },
})

export const mishaps = workload({
  personas: { seeker, clumsy },
  mix: { seeker: 1, clumsy: 1 },
  phases: {
    one: {
      shape: hold({ at: perSecond(20), for: seconds(2), spacing: 'even' }),
      mix: { seeker: 1 },
    },
    two: {
      shape: hold({ at: perSecond(20), for: seconds(2), spacing: 'even' }),
      mix: { clumsy: 1 },
    },
  },
})
