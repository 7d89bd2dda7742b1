import { array, assert, integer, property, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { IdMap } from './id-map.ts'

test('it tells as a Map does what belongs to the same, whatever the ids', () => {
  const id = integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
  const product = integer({ min: 1, max: 4_294_967_295 })
  const pairs = array(tuple(id, product), { maxLength: 2_000 })
  assert(
    property(pairs, integer({ min: 1, max: 52 }), (drawn, bits) => {
      const [map, model] = [new IdMap(), new Map<number, number>()]
      for (const [one, other] of drawn) {
        const key = 1 + (one % 2 ** bits)
        expect(map.get(key) === 0).toBe(!model.has(key))
        map.set(key, other)
        model.set(key, other)
      }
      const numbers = new Map([...model].map(([key, other]) => [other, map.get(key)]))
      for (const [key, other] of model) expect(map.get(key)).toBe(numbers.get(other))
      expect(new Set(numbers.values()).size).toBe(numbers.size)
    }),
    { numRuns: 30 },
  )
})

test('what belongs to the largest of ids is not lost', () => {
  const map = new IdMap()
  map.set(7, Number.MAX_SAFE_INTEGER)
  map.set(8, 4_294_967_295)
  expect(map.get(7)).toBeGreaterThan(0)
  expect(map.get(8)).toBeGreaterThan(0)
  expect(map.get(9)).toBe(0)
})
