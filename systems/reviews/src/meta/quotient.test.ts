import { expect, test } from 'vitest'

import { quotient } from './quotient.ts'

test.each([
  [0, 0, null],
  [0, 3, '0.0000000000000000'],
  [7, 2, '3.5000000000000000'],
  [11, 3, '3.6666666666666667'],
  [10, 3, '3.3333333333333333'],
  [1, 7, '0.1428571428571429'],
  [2_999_999_999_999, 1_000_000_000_000, '2.9999999999990000'],
])('%d ÷ %d is %s', (sum, count, expected) => {
  expect(quotient(sum, count)).toBe(expected)
})

test('it agrees with exact arithmetic for every small sum and count, and around its own bound', () => {
  const exact = (sum: number, count: number) => {
    const scaled = (BigInt(sum) * 2n * 10n ** 16n + BigInt(count)) / (BigInt(count) * 2n)
    const digits = String(scaled).padStart(17, '0')
    return `${digits.slice(0, -16)}.${digits.slice(-16)}`
  }
  const wrong: string[] = []
  const compare = (sum: number, count: number) => {
    if (quotient(sum, count) !== exact(sum, count)) wrong.push(`${sum} ÷ ${count}`)
  }
  for (let count = 1; count <= 300; count++) {
    for (let sum = count; sum <= 5 * count; sum++) compare(sum, count)
  }
  for (const count of [89_999_999, 90_071_992, 90_071_993, 123_456_789]) {
    for (let more = 0; more < 50; more++) compare(count * 3 + more * 1_234_567, count)
    compare(count * 2 - 1, count)
  }
  expect(wrong).toEqual([])
})
