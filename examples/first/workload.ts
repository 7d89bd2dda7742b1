import { hold, ms, perSecond, persona, seconds, workload } from 'plimsoll'

const visitor = persona({
  why: 'everybody looks at two prices',
  async live({ http, random, think }) {
    const look = () =>
      http.get('/prices/:product', { params: { product: random.zipf({ of: 1_000 }) } })
    await look()
    await think({ from: ms(100), to: ms(500) })
    await look()
  },
})

export const visits = workload({
  personas: { visitor },
  mix: { visitor: 1 },
  phases: { rush: { shape: hold({ at: perSecond(100), for: seconds(20) }) } },
})
