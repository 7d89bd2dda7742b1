import {
  experiment,
  failures,
  hold,
  ms,
  percent,
  perSecond,
  persona,
  postgres,
  responseTime,
  seconds,
  service,
  system,
  workload,
} from 'plimsoll'

const caller = persona({
  why: 'calls, once',
  async live({ http }) {
    await http.get('/far')
  },
})

const calls = workload({
  personas: { caller },
  mix: { caller: 1 },
  phases: { steady: { shape: hold({ at: perSecond(50), for: seconds(5) }), loadLine: true } },
})

const far = system({
  name: 'far',
  folder: import.meta.dirname,
  entry: 'api',
  parts: {
    database: postgres(),
    api: service({
      command: ['node', 'main.ts'],
      needs: ['database'],
      ready: '/readyz',
      metrics: '/metrics',
      drain: seconds(2),
      settings: ({ database, port }) => ({
        DATABASE_URL: database.url,
        PORT: String(port),
        POOL_SIZE: '2',
        READY_DELAY_MS: '0',
      }),
    }),
  },
})

/** Plenty of CPU everywhere, and two connections: the pool runs out. */
export default experiment({
  question: 'What runs out?',
  system: far,
  configurations: { only: { api: { size: 'm7g.large' }, database: { size: 'db.m5.large' } } },
  workload: calls,
  expected: perSecond(100),
  scale: 4,
  checks: [responseTime().p99.below(ms(200)), failures().below(percent(1))],
})
