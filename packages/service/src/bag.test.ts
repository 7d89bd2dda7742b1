import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { Bag, type Kept } from './bag.ts'

test('it holds what a Set would', () => {
  const deeds = fc.array(fc.record({ adds: fc.boolean(), item: fc.nat({ max: 9 }) }))
  fc.assert(
    fc.property(deeds, (list) => {
      const items = Array.from({ length: 10 }, (_, n): Kept & { n: number } => ({ n }))
      const bag = new Bag<Kept & { n: number }>()
      const model = new Set<number>()
      for (const { adds, item } of list) {
        const one = items[item]
        if (one === undefined) continue
        if (adds) bag.add(one)
        else bag.delete(one)
        if (adds) model.add(item)
        else model.delete(item)
        expect(bag.size).toBe(model.size)
        expect(new Set([...bag].map(({ n }) => n))).toEqual(model)
      }
    }),
  )
})

/** How far the old generation grows while 100,000 come and go, a hundred at a time, after a full collection. */
function keptBy(bag: { add(item: Kept): void; delete(item: Kept): void }): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const old = () =>
    getHeapSpaceStatistics().find((space) => space.space_name === 'old_space')?.space_used_size ?? 0
  const come = (n: number) => {
    const item: Kept & { what: number[] } = { what: Array.from({ length: 100 }, () => n) }
    bag.add(item)
    return item
  }
  const waiting = Array.from({ length: 100 }, (_, n) => come(n))
  collect()
  const before = old()
  let most = before
  for (let n = 0; n < 100_000; n += 1) {
    const gone = waiting[n % 100]
    if (gone !== undefined) bag.delete(gone)
    waiting[n % 100] = come(n)
    if (n % 1_000 === 0) most = Math.max(most, old())
  }
  return most - before
}

test('nothing that was in it is kept for a full collection, as a Set keeps it', () => {
  expect(keptBy(new Bag())).toBeLessThan(3_000_000)
  expect(keptBy(new Set())).toBeGreaterThan(10_000_000)
})
