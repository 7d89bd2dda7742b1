import { Buffer } from 'node:buffer'
import { deflateSync, inflateSync } from 'node:zlib'
import * as fc from 'fast-check'
import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram as Reference,
} from 'hdr-histogram-js'
import { expect, test } from 'vitest'
import { highest_us, Histogram } from './histogram.ts'

const values = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: highest_us })),
  { minLength: 1, maxLength: 300 },
)

function of(recorded: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const value of recorded) histogram.record(value)
  return histogram
}

function reference(recorded: readonly number[]): Reference {
  const histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: highest_us,
    numberOfSignificantValueDigits: 3,
  })
  for (const value of recorded) histogram.recordValue(value)
  return histogram
}

test('every quantile is within 0.1 % of the exact one from the sorted values', () => {
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (recorded, q) => {
      const sorted = recorded.toSorted((a, b) => a - b)
      const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] as number
      const found = of(recorded).quantile(q)
      expect(found).toBeGreaterThanOrEqual(exact)
      expect(found).toBeLessThanOrEqual(exact * 1.001)
    }),
  )
})

test('quantiles are those of HdrHistogram', () => {
  fc.assert(
    fc.property(values, fc.constantFrom(0.5, 0.9, 0.95, 0.99, 0.999, 1), (recorded, q) => {
      expect(of(recorded).quantile(q)).toBe(reference(recorded).getValueAtPercentile(q * 100))
    }),
  )
})

test('infinite values push the quantile up as if they had been recorded', () => {
  const histogram = of([1, 2, 3, 4, 5, 6, 7, 8])
  expect(histogram.quantileWith({ q: 0.5, infinite: 2 })).toBe(5)
  expect(histogram.quantileWith({ q: 0.8, infinite: 2 })).toBe(8)
  expect(histogram.quantileWith({ q: 0.81, infinite: 2 })).toBe(Infinity)
  expect(new Histogram().quantileWith({ q: 0.5, infinite: 1 })).toBe(Infinity)
})

test('a merge equals one histogram of everything', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const merged = of(a)
      merged.add(of(b))
      expect(merged.encode()).toEqual(of([...a, ...b]).encode())
      expect(merged.count).toBe(a.length + b.length)
    }),
  )
})

test('the encoding survives a round trip and says the same afterwards', () => {
  fc.assert(
    fc.property(values, (recorded) => {
      const histogram = of(recorded)
      const again = Histogram.decode(histogram.encode())
      expect(again.encode()).toEqual(histogram.encode())
      expect([again.count, again.min_us, again.max_us, again.mean_us]).toEqual([
        histogram.count,
        histogram.min_us,
        histogram.max_us,
        histogram.mean_us,
      ])
    }),
  )
})

test('HdrHistogram reads what we write, and we read what it writes', () => {
  fc.assert(
    fc.property(values, (recorded) => {
      const payload = deflateSync(of(recorded).encode())
      const head = Buffer.alloc(8)
      head.writeInt32BE(0x1c849304 | 0x10, 0)
      head.writeInt32BE(payload.length, 4)
      const read = decodeFromCompressedBase64(Buffer.concat([head, payload]).toString('base64'))
      expect(read.totalCount).toBe(recorded.length)
      expect(read.getValueAtPercentile(90)).toBe(of(recorded).quantile(0.9))

      const theirs = Buffer.from(encodeIntoCompressedBase64(reference(recorded)), 'base64')
      const ours = Histogram.decode(inflateSync(theirs.subarray(8)))
      expect(ours.encode()).toEqual(of(recorded).encode())
    }),
  )
})

test('least, greatest and mean are within 0.1 % of the truth', () => {
  fc.assert(
    fc.property(values, (recorded) => {
      const histogram = of(recorded)
      const near = (found: number, exact: number) =>
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * 0.001 + 0.5)
      near(histogram.min_us, Math.min(...recorded))
      near(histogram.max_us, Math.max(...recorded))
      near(histogram.mean_us, recorded.reduce((a, b) => a + b) / recorded.length)
    }),
  )
})

test('counts over a bound leave out what lies within the resolution of it', () => {
  const histogram = of([499_000, 500_000, 501_000, 1_005_000])
  expect(histogram.countAbove(500_000)).toBe(2)
  expect(histogram.countAbove(0)).toBe(4)
  expect(histogram.countAbove(Infinity)).toBe(0)
})

test('what lies outside 0 to 1 h is taken as the end and counted', () => {
  const histogram = of([-5, Infinity, 7])
  expect(histogram.clamped).toBe(2)
  expect(histogram.min_us).toBe(0)
  expect(histogram.quantile(1)).toBeGreaterThanOrEqual(highest_us)
  expect(() => histogram.record(NaN)).toThrow('NaN')
})

test('clearing and cloning leave the other one alone', () => {
  const histogram = of([10, 20])
  const copy = histogram.clone()
  histogram.clear()
  histogram.record(3)
  expect([histogram.count, histogram.quantile(1), copy.count, copy.max_us]).toEqual([1, 3, 2, 20])
})

test('a compact histogram says the same, and more can be added to it', () => {
  fc.assert(
    fc.property(values, values, fc.nat(), (before, after, bound) => {
      const [compact, plain] = [of(before), of(before)]
      compact.compact()
      const said = (one: Histogram) => [
        one.count,
        one.min_us,
        one.max_us,
        one.mean_us,
        one.countAbove(bound),
        ...[0, 0.5, 0.99, 1].map((q) => one.quantileWith({ q, infinite: 1 })),
      ]
      expect(said(compact)).toEqual(said(plain))
      const sum = of(after)
      sum.add(compact)
      expect(sum.encode()).toEqual(of([...after, ...before]).encode())
      for (const value of after) compact.record(value)
      expect(compact.encode()).toEqual(sum.encode())
      compact.compact()
      compact.clear()
      expect(compact.encode()).toEqual(new Histogram().encode())
    }),
  )
})

test('an empty histogram has no quantile', () => {
  const empty = Histogram.decode(new Histogram().encode())
  expect(empty.count).toBe(0)
  expect([empty.quantile(0.5), empty.min_us, empty.max_us, empty.mean_us]).toEqual([
    NaN,
    NaN,
    NaN,
    NaN,
  ])
})

test('bytes that are no histogram are refused', () => {
  const bytes = of([1, 2_000_000]).encode()
  expect(() => Histogram.decode(bytes.subarray(0, 20))).toThrow('found other bytes')
  expect(() => Histogram.decode(bytes.subarray(0, 42))).toThrow('cut off')
  expect(() => Histogram.decode(new Uint8Array(64))).toThrow(RangeError)
})
