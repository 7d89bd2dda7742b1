import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arrivals, hold, inTurn, ms, perSecond, ramp, seconds, sessions } from './index.ts'

test('a flat line asks for rate × time arrivals', () => {
  expect(hold({ at: perSecond(50), for: seconds(20) }).arrivalsBy(seconds(20))).toBe(1_000)
})

test('a ramp asks for the area under its line', () => {
  const rise = ramp({ from: perSecond(0), to: perSecond(100), over: seconds(10) })
  expect(rise.arrivalsBy(seconds(5))).toBe(125)
  expect(rise.arrivalsBy(seconds(10))).toBe(500)
})

test('due times are the inverse of the arrivals, whatever the ramp', () => {
  const rate = fc.double({ min: 0, max: 5_000, noNaN: true })
  fc.assert(
    fc.property(rate, rate, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (from, to, part) => {
      fc.pre(from + to > 1)
      const shape = ramp({ from: perSecond(from), to: perSecond(to), over: seconds(60) })
      const n = part * shape.arrivalsBy(seconds(60))
      expect(shape.arrivalsBy(shape.dueAt(n))).toBeCloseTo(n, 3)
    }),
  )
})

test('nothing is due beyond the last arrival', () => {
  expect(hold({ at: perSecond(10), for: seconds(1) }).dueAt(10.1)).toBe(Infinity)
})

test('evenly spaced arrivals keep their distance and fill the phase exactly', () => {
  const shape = hold({ at: perSecond(100), for: seconds(2), spacing: 'even' })
  const due = [...arrivals(shape, { seed: 1 })]
  expect(due).toHaveLength(200)
  expect(due[0]).toBeCloseTo(5)
  expect(due[199]! - due[198]!).toBeCloseTo(10)
})

test('the same seed at twice the rate is the same sequence in half the time', () => {
  const slow = [...arrivals(hold({ at: perSecond(50), for: seconds(20) }), { seed: 7 })]
  const fast = [...arrivals(hold({ at: perSecond(100), for: seconds(10) }), { seed: 7 })]
  expect(fast).toHaveLength(slow.length)
  fast.forEach((due, n) => expect(due).toBeCloseTo(slow[n]! / 2, 6))
})

test('stretches that begin with other sessions have other arrivals', () => {
  const shape = hold({ at: perSecond(50), for: seconds(20) })
  const [one] = arrivals(shape, { seed: 7, first_session: 1e8 })
  const [other] = arrivals(shape, { seed: 7, first_session: 2e8 })
  const [again] = arrivals(shape, { seed: 7, first_session: 1e8 })
  expect(other).not.toBe(one)
  expect(again).toBe(one)
})

test('Poisson arrivals come in the number asked for and with exponential gaps', () => {
  const due = [...arrivals(hold({ at: perSecond(1_000), for: seconds(20) }), { seed: 3 })]
  expect(Math.abs(due.length - 20_000)).toBeLessThan(4 * Math.sqrt(20_000))
  const gaps = due.slice(1).map((time, n) => time - due[n]!)
  const longerThanMean = gaps.filter((gap) => gap > 1).length / gaps.length
  expect(longerThanMean).toBeCloseTo(Math.exp(-1), 2)
})

test('levels made by sessions() are closed and have no arrivals', () => {
  const shape = ramp({ from: sessions(10), to: sessions(20), over: seconds(10) })
  expect(shape.model).toBe('closed')
  expect(shape.levelAt(seconds(5))).toBe(15)
  expect([...arrivals(shape, { seed: 1 })]).toEqual([])
})

test('a scaled shape has scaled levels and durations', () => {
  const shape = hold({ at: perSecond(100), for: seconds(60) }).scaled({ level: 0.5, duration: 0.1 })
  expect(shape.lasts).toBe(ms(6_000))
  expect(shape.levelAt(ms(0))).toBe(50)
  expect(shape.words).toBe('50 sessions/s over 6 s')
})

test('shapes in turn are one shape: the arrivals of each, where it begins', () => {
  const shape = inTurn(
    hold({ at: perSecond(2), for: seconds(10) }),
    ramp({ from: perSecond(2), to: perSecond(6), over: seconds(5) }),
    hold({ at: perSecond(6), for: seconds(10) }),
  )
  expect(shape.lasts).toBe(25_000)
  expect([0, 9_999, 10_000, 15_000, 25_000].map((at) => shape.levelAt(ms(at)))).toEqual([
    2, 2, 2, 6, 6,
  ])
  expect([0, 10_000, 15_000, 25_000].map((at) => shape.arrivalsBy(ms(at)))).toEqual([
    0, 20, 40, 100,
  ])
  for (const n of [0.5, 1, 19.5, 20, 33, 40, 99.5]) {
    expect(shape.arrivalsBy(shape.dueAt(n))).toBeCloseTo(n, 6)
  }
  expect(shape.dueAt(100.5)).toBe(Infinity)
  const doubled = shape.scaled({ level: 2, duration: 0.5 })
  expect(doubled.lasts).toBe(12_500)
  expect(doubled.arrivalsBy(doubled.lasts)).toBe(100)
})

test('open and closed shapes do not go together', () => {
  const open = hold({ at: perSecond(2), for: seconds(10) })
  expect(() => inTurn(open, hold({ at: sessions(2), for: seconds(10) }))).toThrow(/one kind/)
  expect(() => inTurn()).toThrow(/at least one/)
})

test('a step and a spike are levels in turn, and the highest of them is known', () => {
  const low = hold({ at: sessions(10), for: seconds(20) })
  const step = inTurn(low, hold({ at: sessions(100), for: seconds(60) }))
  const spike = inTurn(low, hold({ at: sessions(100), for: seconds(10) }), low)
  expect([step.highest, spike.highest]).toEqual([100, 100])
  expect([19, 21].map((at) => step.levelAt(seconds(at)))).toEqual([10, 100])
  expect([25, 35].map((at) => spike.levelAt(seconds(at)))).toEqual([100, 10])
  expect(spike.mean).toBeCloseTo(28)
})
