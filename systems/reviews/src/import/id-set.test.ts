import { array, assert, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { IdSet } from './id-set.ts'

test('a set of ids knows what was added, far apart or side by side', () => {
  const ids = new IdSet()
  const added = [1, 2, 65_535, 65_536, 5_774_952, 9_007_199_254_740_991]
  expect(added.map((id) => ids.add(id))).toEqual(added.map(() => true))
  expect(added.map((id) => ids.add(id))).toEqual(added.map(() => false))
  expect([1, 3, 65_536, 9_007_199_254_740_991].map((id) => ids.has(id))).toEqual([
    true,
    false,
    true,
    true,
  ])
})

test('it answers as a Set does, whatever the ids', () => {
  const id = integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
  assert(
    property(array(id, { maxLength: 3_000 }), integer({ min: 1, max: 60 }), (drawn, bits) => {
      const [ids, model] = [new IdSet(), new Set<number>()]
      for (const one of drawn.map((id) => 1 + (id % 2 ** Math.min(bits, 52)))) {
        expect(ids.has(one)).toBe(model.has(one))
        expect(ids.add(one)).toBe(!model.has(one))
        model.add(one)
      }
    }),
    { numRuns: 30 },
  )
})

test('a hundred thousand ids as long as telephone numbers are no trouble', () => {
  const ids = new IdSet()
  const id = (n: number) => 4_900_000_000_000 + n * 7_919_113
  for (let n = 0; n < 100_000; n += 1) ids.add(id(n))
  expect(ids.has(id(77_777))).toBe(true)
  expect(ids.has(id(77_777) + 1)).toBe(false)
})

test('more scattered ids than memory holds are refused in words', () => {
  const ids = new IdSet()
  expect(() => {
    for (let n = 1; n < 2_000_000; n += 1) ids.add(n * 1_000)
  }).toThrow('there are more scattered ids than can be checked')
})
