// What the benchmark of the engine plays: the smallest request, two with an extract, idle tabs, and rates.

import { hold, perSecond, persona, seconds, sessions, workload } from 'plimsoll'

/** Requests under way at once, in every generator. */
export const connections = 64
/** Requests that one session makes before the next one takes its place. */
const visits = 1_000

const reader = persona({
  why: 'a plain GET and a claim about it, as every generator can do',
  async live({ http, check }) {
    for (let visit = 0; visit < visits; visit += 1) {
      const { status } = await http.get('/')
      check('the status is 200', status === 200)
    }
  },
})

const extractor = persona({
  why: 'two requests, of which the second needs what the first answered',
  async live({ http, check }) {
    for (let visit = 0; visit < visits / 2; visit += 1) {
      const { id } = (await http.get('/')).json<{ id: number }>()
      const { status } = await http.get('/items/:id', { params: { id } })
      check('the status is 200', status === 200)
    }
  },
})

const visitor = persona({
  why: 'one request for each arrival',
  async live({ http }) {
    await http.get('/')
  },
})

const idler = persona({
  why: 'an open tab: one request on a connection of its own, then nothing',
  connections: 'own',
  async live({ http, think }) {
    await http.get('/')
    await think({ from: seconds(600), to: seconds(600) })
  },
})

const closed = { shape: hold({ at: sessions(connections), for: seconds(1) }) }

/** The rate of the ladder of lateness. */
export const rates = [1_000, 5_000] as const

export const bench = workload({
  personas: { reader, extractor, visitor, idler },
  mix: { visitor: 1 },
  phases: {
    plain: { ...closed, mix: { reader: 1 } },
    script: { ...closed, mix: { extractor: 1 } },
    idle: { shape: hold({ at: sessions(1), for: seconds(1) }), mix: { idler: 1 } },
    even: { shape: hold({ at: perSecond(1), for: seconds(1), spacing: 'even' }) },
  },
  maxSessions: 20_000,
})
