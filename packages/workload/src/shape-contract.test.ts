// What every open shape promises, whatever draws it: arrivals follow its integral, and its inverse is exact.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ms, seconds, minutes, perSecond, type PerSecond } from './units.ts'
import {
  arrivals,
  custom,
  hold,
  inTurn,
  ramp,
  repeat,
  replay,
  sine,
  steps,
  type Shape,
  type Spacing,
} from './index.ts'

const rate = fc.double({ min: 0, max: 500, noNaN: true }).map(perSecond)
const above = fc.double({ min: 1, max: 500, noNaN: true }).map(perSecond)
const length = fc.double({ min: 0.5, max: 20, noNaN: true }).map(seconds)
const spacing = fc.constantFrom<Spacing>('even', 'poisson')

const line = (spread: Spacing) =>
  fc.record({ from: rate, to: above, over: length, spacing: fc.constant(spread) }).map(ramp)

/** Shapes of each kind, as anybody may write them. */
const shapes: Readonly<Record<string, fc.Arbitrary<Shape>>> = {
  hold: fc.record({ at: above, for: length, spacing }).map(hold),
  ramp: fc.record({ from: rate, to: above, over: length, spacing }).map(ramp),
  fall: fc.record({ from: above, to: rate, over: length, spacing }).map(ramp),
  steps: fc
    .record({
      from: rate,
      to: above,
      count: fc.integer({ min: 2, max: 12 }),
      each: length,
      spacing,
    })
    .map(steps<PerSecond>),
  sine: fc
    .record({ from: rate, to: above, period: length, for: length, spacing })
    .map(sine<PerSecond>),
  spike: fc
    .tuple(above, above, length)
    .map(([low, high, lasts]) =>
      inTurn(...[low, high, low].map((at) => hold({ at, for: lasts, spacing: 'even' }))),
    ),
  composed: fc
    .tuple(line('even'), line('even'), fc.integer({ min: 1, max: 5 }))
    .map(([one, other, times]) => inTurn(repeat(inTurn(one, other), { times }), one)),
  replay: fc
    .array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 400 })
    .map((times) => replay({ at: times.toSorted((a, b) => a - b).map(ms), resolution: ms(100) })),
  custom: fc.double({ min: 1, max: 4, noNaN: true }).map((power) =>
    custom({
      words: 'a power of time',
      lasts: seconds(10),
      spacing: 'even',
      arrivalsBy: (elapsed) => 300 * (elapsed / 10_000) ** power,
      dueAt: (n) => ms(10_000 * (n / 300) ** (1 / power)),
    }),
  ),
  scaled: fc
    .tuple(line('even'), fc.double({ min: 0.1, max: 5, noNaN: true }))
    .map(([shape, level]) => repeat(shape, { times: 3 }).scaled({ level, duration: 1 / level })),
}

const looks = Array.from({ length: 101 }, (_, look) => look / 100)

/** The area in sessions, and the highest level seen; looked at closely where the level jumps. */
function areaUnder(shape: Shape) {
  const parts = 5_000
  const width = shape.lasts / parts
  let area = 0
  let highest = 0
  for (let part = 0; part < parts; part += 1) {
    const change = shape.levelAt(ms((part + 1) * width)) - shape.levelAt(ms(part * width))
    const steps = Math.abs(change) > 0.01 * shape.highest ? 100 : 1
    for (let step = 0; step < steps; step += 1) {
      const level = shape.levelAt(ms((part + (step + 0.5) / steps) * width))
      highest = Math.max(highest, level)
      area += level * (width / steps / 1_000)
    }
  }
  return { area, highest }
}

describe.each(Object.entries(shapes))('%s', (_name, shape) => {
  test('evenly spaced, so many are due by any instant as its integral says', () => {
    fc.assert(
      fc.property(shape, (drawn) => {
        const even: Shape = { ...drawn, spacing: 'even' }
        const due = [...arrivals(even, { seed: 1 })]
        expect(due).toEqual(due.toSorted((a, b) => a - b))
        let count = 0
        for (const look of looks) {
          const elapsed = ms(look * drawn.lasts)
          while (count < due.length && due[count]! <= elapsed) count += 1
          // Where the level is zero, or many fall on one instant, rounding decides on which side they are.
          const [least, most] = [-0.001, 0.001].map((by) =>
            drawn.arrivalsBy(ms(Math.min(Math.max(elapsed + by, 0), drawn.lasts))),
          )
          expect(count).toBeGreaterThanOrEqual(least! - 0.5 - 1e-6)
          expect(count).toBeLessThanOrEqual(most! + 0.5 + 1e-6)
        }
      }),
      { numRuns: 25 },
    )
  })

  test('due times are the inverse of the integral', () => {
    fc.assert(
      fc.property(shape, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (drawn, part) => {
        const n = part * drawn.arrivalsBy(drawn.lasts)
        fc.pre(n > 0.01)
        expect(drawn.arrivalsBy(drawn.dueAt(n)) / n).toBeCloseTo(1, 6)
      }),
    )
  })

  test('the integral is the area under the level, and no level is above the highest', () => {
    fc.assert(
      fc.property(shape, (drawn) => {
        const { area, highest } = areaUnder(drawn)
        const total = drawn.arrivalsBy(drawn.lasts)
        expect(highest).toBeLessThanOrEqual(drawn.highest * (1 + 1e-9))
        expect(Math.abs(area - total)).toBeLessThan(0.01 * total + 0.05)
        expect((drawn.mean * drawn.lasts) / 1_000 / total).toBeCloseTo(1, 6)
      }),
      { numRuns: 10 },
    )
  })

  test('higher and shorter, it is the same shape', () => {
    const factor = fc.double({ min: 0.1, max: 4, noNaN: true })
    fc.assert(
      fc.property(shape, factor, factor, (drawn, level, duration) => {
        const scaled = drawn.scaled({ level, duration })
        const total = drawn.arrivalsBy(drawn.lasts)
        expect(scaled.lasts).toBeCloseTo(drawn.lasts * duration, 6)
        expect(scaled.arrivalsBy(scaled.lasts) / (total * level * duration)).toBeCloseTo(1, 6)
        expect(scaled.highest / (drawn.highest * level)).toBeCloseTo(1, 6)
        // Irrational, so that it is never the end of a gap, where the inverse jumps.
        const share = Math.SQRT1_2
        const n = total * level * duration * share
        expect(scaled.dueAt(n) / scaled.lasts).toBeCloseTo(
          drawn.dueAt(total * share) / drawn.lasts,
          6,
        )
      }),
    )
  })
})

/** Kolmogorov and Smirnov: the largest distance from the uniform, against its quantile at α = 0.01. */
function passesKolmogorovSmirnov(uniform: readonly number[]): boolean {
  const n = uniform.length
  const distance = Math.max(
    ...uniform.map((value, k) => Math.max((k + 1) / n - value, value - k / n)),
  )
  // Stephens' correction for a finite number.
  return distance * (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) < 1.628
}

test.each<[string, Shape]>([
  ['hold', hold({ at: perSecond(100), for: seconds(20) })],
  ['ramp', ramp({ from: perSecond(10), to: perSecond(200), over: seconds(20) })],
  ['sine', sine({ from: perSecond(0), to: perSecond(200), period: seconds(7), for: seconds(20) })],
  ['steps', steps({ from: perSecond(20), to: perSecond(200), count: 5, each: seconds(4) })],
  ['repeat', repeat(hold({ at: perSecond(100), for: seconds(1) }), { times: 20 })],
])(
  'Poisson arrivals of a %s pass a Kolmogorov-Smirnov test in 98 of 100 seeded runs',
  (_, shape) => {
    const total = shape.arrivalsBy(shape.lasts)
    let passed = { places: 0, gaps: 0 }
    for (let seed = 1; seed <= 100; seed += 1) {
      // On the shape's own time they are a Poisson process of rate 1: places are uniform, gaps exponential.
      const by = [...arrivals(shape, { seed })].map((due) => shape.arrivalsBy(due))
      const gaps = by.map((n, k) => 1 - Math.exp(-(n - (by[k - 1] ?? 0))))
      passed = {
        places: passed.places + Number(passesKolmogorovSmirnov(by.map((n) => n / total))),
        gaps: passed.gaps + Number(passesKolmogorovSmirnov(gaps.toSorted((a, b) => a - b))),
      }
    }
    expect(passed.places).toBeGreaterThanOrEqual(98)
    expect(passed.gaps).toBeGreaterThanOrEqual(98)
  },
)

test('a wave begins where it is told, reaches the other level half a period later, and comes back', () => {
  const day = sine({
    from: perSecond(10),
    to: perSecond(50),
    period: minutes(2),
    for: minutes(4),
  })
  const levels = [0, 1, 2, 3, 4].map((at) => Math.round(day.levelAt(minutes(at))))
  expect(levels).toEqual([10, 50, 10, 50, 10])
  expect(day.words).toBe('10 ↔ 50 sessions/s every 120 s over 240 s')
  expect(day.arrivalsBy(minutes(4))).toBeCloseTo(30 * 240)
})

test('a recorded series is played in the same slots, faster when asked', () => {
  const at = [5_000, 5_000, 5_001, 7_020, 7_999].map(ms)
  const recorded = replay({ at, resolution: seconds(1) })
  expect(recorded.lasts).toBe(3_000)
  expect(recorded.words).toBe('5 recorded arrivals over 3 s, at most 3 sessions/s, evenly spaced')
  const inSlots = (shape: Shape, slot: number) =>
    Array.from(arrivals(shape, { seed: 1 }), (due) => Math.floor(due / slot))
  expect(inSlots(recorded, 1_000)).toEqual([0, 0, 0, 2, 2])
  const faster = recorded.scaled({ level: 100, duration: 0.01 })
  expect(faster.lasts).toBe(30)
  expect(inSlots(faster, 10)).toEqual([0, 0, 0, 2, 2])
})

test('a faulty shape says what was expected and what was found', () => {
  const power = { words: 'own', lasts: seconds(1), arrivalsBy: (t: number) => t }
  expect(() => custom({ ...power, dueAt: (n) => ms(n / 2) })).toThrow(/inverse of arrivalsBy/)
  const falling = (t: number) => (t <= 600 ? t : 1_200 - t)
  expect(() => custom({ ...power, arrivalsBy: falling, dueAt: ms })).toThrow(/never decrease/)
  expect(() => custom({ ...power, arrivalsBy: (t) => t + 1, dueAt: ms })).toThrow(/to be 0/)
  expect(() => replay({ at: [2, 1].map(ms), resolution: ms(1) })).toThrow(/found 1 at place 1/)
  expect(() => replay({ at: [], resolution: ms(1) })).toThrow(/found none/)
  const flat = hold({ at: perSecond(1), for: seconds(1) })
  expect(() => repeat(flat, { times: 0 })).toThrow(/found 0/)
})
