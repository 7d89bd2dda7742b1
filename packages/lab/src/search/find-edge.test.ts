import type { Verdict } from '@plimsoll/record'
import { expect, test } from 'vitest'
import { findEdge, type Tried } from './find-edge.ts'
import { edgeOfRepeat, nextRung, windowAround } from './repeat-rungs.ts'

const rungs = 120
const ladder = Array.from({ length: rungs }, (_, n) => 1.05 ** n)

/** A system that holds up to and including a rung. */
function holdsUpTo(rung: number) {
  return async (step: { rung: number }): Promise<Verdict> => (step.rung <= rung ? 'holds' : 'fails')
}

test('every edge is found from every start, in at most fourteen steps', async () => {
  for (let edge = 0; edge < rungs - 1; edge += 1) {
    for (const start of [0, 17, 60, rungs - 1, 500]) {
      const found = await findEdge({ ladder, start, measure: holdsUpTo(edge) })
      expect(found).toMatchObject({ highest_held: edge, lowest_not_held: edge + 1, found: true })
      expect(found.steps.length).toBeLessThanOrEqual(14)
    }
  }
})

test('a suggestion saves steps where it is right and costs few where it is not', async () => {
  const edge = 60
  const steps = async (suggest: () => number) => {
    const found = await findEdge({ ladder, start: 20, measure: holdsUpTo(edge), suggest })
    expect(found).toMatchObject({ highest_held: edge, lowest_not_held: edge + 1, found: true })
    return found.steps.map(({ rung }) => rung)
  }
  const plain = await steps(() => 0)
  expect(plain.slice(0, 4)).toEqual([20, 24, 32, 48])
  expect((await steps(() => 58)).slice(0, 4)).toEqual([20, 36, 52, 68])
  expect((await steps(() => 58)).length).toBeLessThanOrEqual(plain.length)
  expect((await steps(() => Infinity)).length).toBeLessThanOrEqual(plain.length + 2)
})

test('a system that holds to the top of the ladder is told so, one that never holds too', async () => {
  const top = await findEdge({ ladder, start: 40, measure: holdsUpTo(rungs) })
  expect(top).toMatchObject({ highest_held: rungs - 1, lowest_not_held: null, found: true })
  const none = await findEdge({ ladder, start: 40, measure: holdsUpTo(-1) })
  expect(none).toMatchObject({ highest_held: null, lowest_not_held: 0, found: true })
  expect(windowAround(top, { ladder, quick: false })).toBeNull()
})

test('an inconclusive step is tried again, and twice inconclusive is not held', async () => {
  let doubts = 1
  const measure = async ({ rung }: { rung: number }): Promise<Verdict> => {
    if (rung === 44 && doubts-- > 0) return 'inconclusive'
    return rung <= 50 ? 'holds' : 'inconclusive'
  }
  const found = await findEdge({ ladder, start: 40, measure })
  expect(found).toMatchObject({ highest_held: 50, lowest_not_held: 51 })
  expect(found.steps.filter((step) => step.rung === 44).map((step) => step.verdict)).toEqual([
    'inconclusive',
    'holds',
  ])
})

test('a rung that only seemed to grow is tried once more', async () => {
  let first = true
  const measure = async ({ rung }: { rung: number }) => {
    if (rung === 22 && first) {
      first = false
      return 'growing' as const
    }
    return rung <= 22 ? ('holds' as const) : ('growing' as const)
  }
  const found = await findEdge({ ladder, start: 22, measure })
  expect([found.highest_held, found.lowest_not_held]).toEqual([22, 23])
  expect(found.steps.slice(0, 2).map(({ verdict }) => verdict)).toEqual(['fails', 'holds'])
})

test('the number of steps is bounded, whatever the system does', async () => {
  let steps = 0
  const measure = async (): Promise<Verdict> => {
    steps += 1
    return 'inconclusive'
  }
  const found = await findEdge({ ladder, start: 100, measure, most_steps: 5 })
  expect([steps, found.found]).toEqual([5, false])
})

/** Plays a repeat to its end. */
function repeat(holds: (rung: number) => boolean, window = { lowest: 20, highest: 23 }): number[] {
  const tried: Tried[] = []
  for (;;) {
    const rung = nextRung({ window, tried, ladder })
    if (rung === null) return tried.map((step) => step.rung)
    tried.push({ repeat: 2, rung, verdict: holds(rung) ? 'holds' : 'fails' })
  }
}

test('a repeat plays the window upwards and stops when it has an edge', () => {
  expect(repeat((rung) => rung <= 21)).toEqual([20, 21, 22, 23])
})

test('a repeat that holds all of it goes on above, one that holds nothing below, farther each time', () => {
  expect(repeat((rung) => rung <= 25)).toEqual([20, 21, 22, 23, 24, 25, 27, 26])
  expect(repeat((rung) => rung <= 18)).toEqual([20, 21, 19, 18])
  const one = { lowest: 40, highest: 40 }
  expect(repeat((rung) => rung <= 46, one)).toEqual([40, 41, 42, 44, 48, 46, 47])
  expect(repeat((rung) => rung <= 34, one)).toEqual([40, 39, 38, 36, 32, 34, 35])
})

test('above two rungs that failed nothing is played', () => {
  expect(repeat((rung) => rung === 23).slice(0, 3)).toEqual([20, 21, 19])
})

test('it looks as far as half the rate and twice the rate, and to the ends of the ladder', () => {
  expect(repeat(() => true)).toEqual([20, 21, 22, 23, 24, 25, 27, 31, 39])
  expect(repeat(() => false, { lowest: 40, highest: 40 })).toEqual([40, 39, 38, 36, 32, 24])
  expect(repeat(() => false, { lowest: 1, highest: 2 })).toEqual([1, 2, 0])
  expect(repeat(() => true, { lowest: 118, highest: 119 })).toEqual([118, 119])
})

test('the next repeat goes by the edge of this one; where it found none, by the edge before', () => {
  const edge = (verdicts: readonly Verdict[]) => {
    const tried = verdicts.map((verdict, n) => ({ repeat: 2, rung: 20 + n, verdict }))
    const found = edgeOfRepeat(tried)
    return found === null ? null : [found.highest_held, found.lowest_not_held]
  }
  expect(edge(['holds', 'holds', 'fails', 'fails'])).toEqual([21, 22])
  expect(edge(['holds', 'fails', 'holds', 'fails'])).toEqual([21, 22])
  expect(edge(['holds', 'inconclusive', 'fails'])).toEqual([20, 21])
  expect(edge(['fails', 'fails'])).toBeNull()
  expect(edge(['holds'])).toBeNull()
})
