import { expect, test } from 'vitest'
import {
  bytes,
  count,
  counted,
  dollars,
  duration,
  figure,
  interval,
  milliseconds,
  percentage,
  perSecond,
} from './figures.ts'

test.each([
  [0, '0'],
  [0.04081, '0.0408'],
  [9.996, '10'],
  [868.4, '868'],
  [999.6, '1,000'],
  [1_240.4, '1,240'],
  [12_345.6, '12,350'],
  [1_612_345, '1,612,000'],
  [-3.14159, '−3.14'],
  [Infinity, '∞'],
  [NaN, '–'],
])('a measured %d reads %s', (value, words) => {
  expect(figure(value)).toBe(words)
})

test('counts stay exact and take their noun', () => {
  expect(count(1_203_441)).toBe('1,203,441')
  expect([counted(1, 'core'), counted(2, 'core')]).toEqual(['1 core', '2 cores'])
})

test('every quantity carries its unit', () => {
  expect(milliseconds(34.12)).toBe('34.1 ms')
  expect(milliseconds(null)).toBe('∞ ms')
  expect(perSecond(1_612)).toBe('1,612/s')
  expect(percentage(0.0321)).toBe('3.21 %')
  expect(bytes(8_322_179_072)).toBe('7.75 GiB')
})

test('money keeps three digits when it is small and cents when it is not', () => {
  expect([dollars(0.05), dollars(0.2413), dollars(12.5), dollars(1_204.567)]).toEqual([
    '$0.0500',
    '$0.241',
    '$12.50',
    '$1,204.57',
  ])
})

test('both ends of an interval show the same precision', () => {
  expect(interval({ value: 3.4, low: 3.2, high: 3.61 })).toBe('3.20–3.61')
  expect(interval({ value: 1_612, low: 1_539.4, high: 1_676.2 })).toBe('1,540–1,680')
})

test.each([
  [4.4, '4 s'],
  [125, '2 min 05 s'],
  [3_840, '1 h 04 min'],
])('%d seconds are told as %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words)
})
