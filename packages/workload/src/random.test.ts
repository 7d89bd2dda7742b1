import { expect, test } from 'vitest'
import { randomStream } from './index.ts'

const many = 100_000

test('the same keys give the same stream, other keys another', () => {
  const draw = (...keys: number[]) => Array.from({ length: 5 }, () => randomStream(...keys).float())
  expect(draw(1, 2)).toEqual(draw(1, 2))
  expect(draw(1, 2)).not.toEqual(draw(1, 3))
  expect(draw(1, 2)).not.toEqual(draw(2, 1))
})

test('floats are uniform and lie in [0, 1)', () => {
  const random = randomStream(1)
  const drawn = Array.from({ length: many }, () => random.float())
  expect(Math.min(...drawn.slice(0, 10_000))).toBeGreaterThanOrEqual(0)
  expect(drawn.reduce((sum, value) => sum + value, 0) / many).toBeCloseTo(0.5, 2)
  expect(drawn.filter((value) => value < 0.1).length / many).toBeCloseTo(0.1, 2)
})

test('neighbouring sessions are independent', () => {
  const first = Array.from({ length: many }, (_, session) => randomStream(1, session).float())
  const both = first.slice(1).map((value, n) => (value - 0.5) * (first[n]! - 0.5))
  expect(both.reduce((sum, value) => sum + value, 0) / many / (1 / 12)).toBeCloseTo(0, 1)
})

test('integers include both ends', () => {
  const random = randomStream(2)
  const drawn = new Set(Array.from({ length: 1_000 }, () => random.integer({ from: 3, to: 6 })))
  expect([...drawn].toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6])
})

test('Zipf ranks follow 1/k and every id stays within its range', () => {
  const random = randomStream(4)
  const counts = new Map<number, number>()
  for (let n = 0; n < many; n += 1) {
    const id = random.zipf({ of: 1_000 })
    counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  const ids = [...counts.keys()]
  expect(Math.min(...ids)).toBeGreaterThanOrEqual(1)
  expect(Math.max(...ids)).toBeLessThanOrEqual(1_000)
  const [most = 0, second = 0, third = 0] = [...counts.values()].toSorted((a, b) => b - a)
  const harmonic = Array.from({ length: 1_000 }, (_, k) => 1 / (k + 1)).reduce((a, b) => a + b, 0)
  expect(most / many).toBeCloseTo(1 / harmonic, 2)
  expect(most / second).toBeCloseTo(2, 0)
  expect(most / third).toBeCloseTo(3, 0)
})

test('popular ids are scattered, not the first ones', () => {
  const random = randomStream(5)
  const drawn = Array.from({ length: 1_000 }, () => random.zipf({ of: 20_000 }))
  expect(drawn.filter((id) => id > 10_000).length).toBeGreaterThan(200)
})

test('UUIDs are well formed and do not repeat', () => {
  const drawn = Array.from({ length: 10_000 }, (_, session) => randomStream(9, session).uuid())
  expect(new Set(drawn).size).toBe(10_000)
  for (const uuid of drawn.slice(0, 100)) {
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  }
})

test('no two sessions of a long run share a UUID, wherever the search has been', () => {
  const uuids = new Set<string>()
  for (let block = 0; block < 300; block += 1) {
    for (let n = 0; n < 1_000; n += 1) uuids.add(randomStream(1, block * 100_000_000 + n).uuid())
  }
  expect(uuids.size).toBe(300_000)
})

test('text has the length asked for, to the word', () => {
  const length = randomStream(1).text({ length: 300 }).length
  expect(length).toBeLessThanOrEqual(300)
  expect(length).toBeGreaterThan(280)
})

test('names are drawn in proportion to their weights', () => {
  const random = randomStream(1, 2)
  const drawn = Array.from({ length: 10_000 }, () =>
    random.weighted({ send: { weight: 7 }, never: 0, list: 3 }),
  )
  const sent = drawn.filter((name) => name === 'send').length
  expect(sent).toBeGreaterThan(6_800)
  expect(sent).toBeLessThan(7_200)
  expect(drawn).not.toContain('never')
  expect(() => random.weighted({ none: 0 })).toThrow(RangeError)
})
