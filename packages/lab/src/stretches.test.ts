import { expect, test } from 'vitest'
import {
  hold,
  inTurn,
  persona,
  perSecond,
  ramp,
  seconds,
  sessions,
  workload,
} from '@plimsoll/workload'
import type { Plan } from '@plimsoll/record'
import {
  blockOfStep,
  coldStretch,
  hotStretch,
  limitedStretch,
  mostColdRounds,
  phaseStretches,
  place as placed,
  stepStretch,
} from './stretches.ts'

const ladder = [10, 100, 1_000]
const launch = workload({
  personas: { reader: persona({ why: 'reads', live: async () => {} }) },
  mix: { reader: 1 },
  phases: {
    rise: { shape: ramp({ from: perSecond(0), to: perSecond(500), over: seconds(60) }) },
    rush: { shape: hold({ at: perSecond(500), for: seconds(120) }), loadLine: true },
  },
})
const plan = {
  quick: true,
  scale: 8,
  expected_per_second: 1e3,
  search: {
    ladder_sessions_per_second: ladder,
    repeats: 3,
    counted_seconds: 5,
    counted_actions: 1e3,
    least_actions: 1e3,
  },
  configurations: [],
  phases: [
    {
      name: 'rise',
      lasts_ms: 6e4,
      measured: true,
    },
    {
      name: 'rush',
      lasts_ms: 12e4,
      measured: true,
    },
  ],
} as unknown as Plan
const place = { plan, repeat: 1, attempt: 0, workload: launch, actionsToCount: 1_000 }

test('the rounds of the warm-up have whole sessions of their own, before those of the hot seconds', () => {
  const stretch = { workload: launch, sessions_per_second: 100 }
  const stretches = [
    ...Array.from({ length: mostColdRounds }, (_, round) => coldStretch({ ...stretch, round })),
    hotStretch({ ...stretch, plan }),
  ]
  const firsts = stretches.map(({ play }) => play.first_session)
  expect(firsts.every(Number.isInteger)).toBe(true)
  firsts.slice(1).forEach((first, n) => expect(first - (firsts[n] ?? 0)).toBeGreaterThan(1e6))
})

test('a step settles for as long as sessions last and counts enough actions for a p99', () => {
  const fast = stepStretch({ ...place, rung: 2, longestSession_ms: 1_400, actionsPerSession: 2 })
  expect(fast).toMatchObject({
    settle_seconds: 1.4,
    counted_seconds: 5,
    sessions_per_second: 1_000,
  })
  const slow = stepStretch({ ...place, rung: 0, longestSession_ms: 1_400, actionsPerSession: 2 })
  expect(slow.counted_seconds).toBe(55)
})

test('a step settles from where the last one ended, and counts whole seconds', () => {
  const step = stepStretch({ ...place, rung: 2, longestSession_ms: 700, actionsPerSession: 2 })
  const { from_second, counted_from_second, to_second, request } = placed(step, 30.25)
  expect([from_second, counted_from_second, to_second]).toEqual([31, 31, 36])
  expect(request).toMatchObject({ second: 30.25, lasts_ms: 5_750 })
  expect(placed(step, 30.5)).toMatchObject({ counted_from_second: 32, to_second: 37 })
})

test('a phase begins with a whole second', () => {
  const [rise] = phaseStretches({ plan, workload: launch, actionsPerSession: 2 })
  const { counted_from_second, request } = placed(rise!, 30.25)
  expect([counted_from_second, request.second]).toEqual([31, 31])
  expect(placed(rise!, 31.03).request.second).toBe(31)
  expect(placed(rise!, 31.07).request.second).toBe(32)
})

test('a step is as long as its checks need', () => {
  const rare = { ...place, actionsToCount: 10_000 }
  const step = stepStretch({ ...rare, rung: 1, longestSession_ms: 500, actionsPerSession: 2 })
  expect(step.counted_seconds).toBe(55)
})

test('no two steps share a session, whatever the rung, repeat and attempt', () => {
  const blocks = [0, 1, 2].flatMap((rung) =>
    [1, 2, 3].flatMap((repeat) =>
      [0, 1].map((attempt) => blockOfStep({ plan, rung, repeat, attempt })),
    ),
  )
  expect(new Set(blocks).size).toBe(blocks.length)
  expect(Math.min(...blocks)).toBeGreaterThan(0)
})

test('the first seconds under limits stay below the first step', () => {
  const [first, second] = [1, 2].map((repeat) =>
    limitedStretch({ plan, workload: launch, repeat, first_step_per_second: 100 }),
  )
  expect(first).toMatchObject({ kind: 'warm-up', sessions_per_second: 70, measured: false })
  // Repeats that share a deployment share no session.
  expect(second?.play.first_session).toBeGreaterThan(Number(first?.play.first_session) + 1_000_000)
})

test('phases are scaled to the expected load and keep their proportions', () => {
  const [rise, rush] = phaseStretches({ plan, workload: launch, actionsPerSession: 2 })
  // 1,000 actions/s at 1:8 and 2 actions a session are 62.5 sessions/s.
  expect(rush?.sessions_per_second).toBe(62.5)
  expect(rise?.sessions_per_second).toBeCloseTo(31.25)
  expect(rush?.counted_seconds).toBe(4)
  expect(rise?.counted_seconds).toBe(2)
})

test('users who follow one another are those of the full size, brought to scale, and as long as told', () => {
  const shape = inTurn(
    hold({ at: sessions(200), for: seconds(30) }),
    hold({ at: sessions(800), for: seconds(30) }),
    hold({ at: sessions(200), for: seconds(60) }),
  )
  const spike = workload({
    personas: launch.personas,
    mix: { reader: 1 },
    phases: {
      rise: { shape: ramp({ from: sessions(0), to: sessions(800), over: seconds(60) }) },
      rush: { shape },
    },
  })
  const half = { ...plan, phases_share: 0.5 }
  const [rise, rush] = phaseStretches({ plan: half, workload: spike, actionsPerSession: 2 })
  expect([rise?.counted_seconds, rush?.counted_seconds]).toEqual([30, 60])
  expect([rise?.play, rush?.play]).toMatchObject([
    { level: 1 / 8, duration: 0.5 },
    { level: 1 / 8, duration: 0.5 },
  ])
  expect(rush?.sessions_per_second).toBeCloseTo(350 / 8)
})
