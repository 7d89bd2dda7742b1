// The workloads that the calibration plays; the engine imports this file in its own process.

import {
  hold,
  ms,
  perSecond,
  persona,
  ramp,
  seconds,
  sessions,
  setup,
  workload,
} from '@plimsoll/workload'

const getOnce = persona({
  why: 'one read, so that arrivals and actions are the same',
  async live({ http }) {
    await http.get('/answer')
  },
})

const phases = {
  even: { shape: hold({ at: perSecond(100), for: seconds(5), spacing: 'even' }) },
  poisson: { shape: hold({ at: perSecond(20), for: seconds(8) }) },
  closed: { shape: hold({ at: sessions(5), for: seconds(4) }) },
  once: { shape: hold({ at: perSecond(10), for: ms(100), spacing: 'even' }) },
  few: { shape: hold({ at: perSecond(20), for: seconds(1), spacing: 'even' }) },
} as const

export const reads = workload({ personas: { getOnce }, mix: { getOnce: 1 }, phases })

const brokenPaths = [
  '/ok /no-content /closing /not-found /busy /error /reset /close /cut /cut-chunked /cut-head',
  '/garbage /endless-head /endless-body /never /slow-body',
]

const tester = persona({
  why: 'tries every way in which a server can break',
  async live({ http }) {
    const timeout = ms(1_500)
    const tries = brokenPaths.join(' ').split(' ')
    await Promise.all(tries.map((path) => http.get(path, { timeout })))
    await Promise.all(tries.map((path) => http.post(path, { json: {}, timeout })))
  },
})

export const broken = workload({ personas: { tester }, mix: { tester: 1 }, phases })

const returning = persona({
  why: 'uses a connection that the server closes under it',
  async live({ http }) {
    await http.get('/stale')
    await http.get('/stale')
    await http.post('/stale')
  },
})

export const stale = workload({ personas: { returning }, mix: { returning: 1 }, phases })

const patient = persona({
  why: 'is still waiting when the run ends',
  async live({ http }) {
    await http.get('/never')
  },
})

export const waiting = workload({ personas: { patient }, mix: { patient: 1 }, phases })

const careless = persona({
  why: 'throws in half of its sessions',
  async live({ http, session }) {
    const answer = await http.get('/ok')
    if (session % 2 === 0) answer.json()
  },
})

export const throwing = workload({ personas: { careless }, mix: { careless: 1 }, phases })

const writer = persona({
  why: 'makes promises for the ledger',
  async live({ http, random, session }) {
    const key = random.uuid()
    const path = ['/created', '/busy', '/error', '/never'][session % 4] ?? '/created'
    const ledger = { kind: 'review', key, about: { session } }
    await http.post(path, { json: { key }, ledger, timeout: ms(1_000) })
  },
})

export const promising = workload({ personas: { writer }, mix: { writer: 1 }, phases })

/** What an experiment file exports, as far as the engine looks at it. */
export const asExperiment = { workload: reads }

export const notAWorkload = { personas: {} }

export const tabsOpened = 3_000

const tokens = setup({
  what: '50 tokens',
  within: seconds(20),
  make: ({ each }) =>
    each({ count: 50, atOnce: 10 }, async ({ http }) =>
      (await http.post('/tokens')).json<{ token: string }>(),
    ),
})

const openTab = persona({
  why: 'an open tab: mostly silent, on a connection of its own',
  connections: 'own',
  async live({ http, given, session, think }) {
    const rows = given(tokens)
    http.always({ authorization: `Bearer ${rows[session % rows.length]?.token}` })
    await http.get('/updates', { query: { since: 0 } })
    // Longer than all tabs take to open.
    await think({ from: seconds(8), to: seconds(8) })
    await http.get('/updates', { query: { since: 1 } })
  },
})

export const openTabs = workload({
  personas: { openTab },
  mix: { openTab: 1 },
  setup: [tokens],
  phases: {
    tabs: { shape: ramp({ from: sessions(1), to: sessions(tabsOpened), over: seconds(6) }) },
  },
  maxSessions: tabsOpened,
})
