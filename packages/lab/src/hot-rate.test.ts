import { expect, test } from 'vitest'
import type { PartSecond } from '@plimsoll/record'
import { hold, perSecond, persona, seconds, sessions, workload } from '@plimsoll/workload'
import { feelHotRate, hotRate } from './hot-rate.ts'

function row(part: string, cpu_cores: number, second = 3): PartSecond {
  return { second, part, instance: 0, cpu_cores } as PartSecond
}
const first = [row('api', 0.5, 2), row('api', 0.25), row('database', 0.15), row('generator', 0.1)]

test('the hot warm-up fills the machine but for a little', () => {
  // 0.5 of 2 cores at 100/s: 340/s take 1.7.
  const rate = hotRate({ parts: first, entry: 'api', cores: 2, sessions_per_second: 100 })
  expect(rate).toBeCloseTo(340)
})

test('however many cores there are, one process of the entry part fills one', () => {
  const rate = hotRate({ parts: first, entry: 'api', cores: 64, sessions_per_second: 100 })
  expect(rate).toBeCloseTo(340)
})

test('sessions that have cost nothing yet are not let loose', () => {
  const idle = [row('api', 0), row('generator', 0.01)]
  const rate = hotRate({ parts: idle, entry: 'api', cores: 2, sessions_per_second: 100 })
  expect(rate).toBe(400)
})

test('a machine that is full is asked for less', () => {
  const full = [row('api', 1), row('generator', 0.9)]
  const rate = hotRate({ parts: full, entry: 'api', cores: 2, sessions_per_second: 100 })
  expect(rate).toBeCloseTo(85)
})

const launch = workload({
  personas: { reader: persona({ why: 'reads', live: async () => {} }) },
  mix: { reader: 1 },
  phases: { rush: { shape: hold({ at: perSecond(500), for: seconds(60) }), loadLine: true } },
})

/**
 * Feels its way on a machine of two cores where a session costs `cost` core-seconds, in the rounds before it is warm
 * half as much again as in the next one; the rates of all rounds.
 */
async function ratesWhere(cost: number, processes = 1, of = launch, { coldRounds = 0 } = {}) {
  const played: number[] = []
  const rate = await feelHotRate({
    workload: of,
    scale: 16,
    processes,
    entry: 'api',
    cores: 2,
    play: async ({ sessions_per_second }) => {
      const coldness = 1.5 ** Math.max(0, coldRounds - played.length)
      played.push(sessions_per_second)
      const each = (sessions_per_second * cost * coldness) / (2 * processes)
      return [...Array<void>(processes)]
        .map(() => row('api', each))
        .concat(row('database', each * processes))
    },
  })
  return [...played, rate].map(Math.round)
}

test('the warm-up begins low and goes four times as fast each round, to four times what was declared', async () => {
  expect(await ratesWhere(0)).toEqual([63, 250, 1_000, 2_000, 2_000])
})

test('a slow machine, or a heavy system, is never asked for more than 85 % of it', async () => {
  expect(await ratesWhere(0.004)).toEqual([63, 250, 425, 425, 425])
  expect(await ratesWhere(0.004, 4)).toEqual([250, 425, 425, 425, 425])
  expect(await ratesWhere(0.04)).toEqual([63, 43, 43, 43, 43])
})

test('a machine that is too busy to be looked at is not asked for more', async () => {
  const options = { workload: launch, scale: 16, processes: 1, entry: 'api', cores: 2 }
  expect(await feelHotRate({ ...options, play: async () => [] })).toBeCloseTo(62.5)
})

test('as long as sessions become cheaper the warm-up goes on, but not for ever', async () => {
  const rounds = async (coldRounds: number) =>
    (await ratesWhere(0.004, 1, launch, { coldRounds })).length - 1
  expect(await rounds(0)).toBe(4)
  expect(await rounds(3)).toBe(7)
  expect(await rounds(4)).toBe(8)
  expect(await rounds(100)).toBe(20)
  expect((await ratesWhere(0.004, 1, launch, { coldRounds: 4 })).at(-1)).toBe(425)
})

const crowd = workload({
  personas: { reader: persona({ why: 'reads', live: async () => {} }) },
  mix: { reader: 1 },
  phases: { rush: { shape: hold({ at: sessions(1_600), for: seconds(60) }), loadLine: true } },
})

test('people who are there at once do not all come in one second', async () => {
  expect(await ratesWhere(0.1, 4, crowd)).toEqual([13, 17, 17, 17, 17])
  expect(await ratesWhere(0, 4, crowd)).toEqual([13, 50, 200, 400, 400])
})
