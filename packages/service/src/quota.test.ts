import { expect, test } from 'vitest'
import { Quota } from './quota.ts'

test('who comes while something is left is served, and the next waits until the debt is paid', () => {
  let now = 0
  const quota = new Quota({ perSecond: 100, now: () => now })
  expect(quota.wait()).toBe(0)
  quota.take(350)
  expect(quota.wait()).toBe(3)
  now = 2_000
  expect(quota.wait()).toBe(1)
  now = 2_600
  expect(quota.wait()).toBe(0)
})

test('over a long time the rate holds, whatever the requests cost', () => {
  let now = 0
  const quota = new Quota({ perSecond: 1_000, now: () => now })
  let taken = 0
  for (; now < 60_000; now += 10) {
    if (quota.wait() > 0) continue
    const amount = 1 + ((now * 7_919) % 800)
    quota.take(amount)
    taken += amount
  }
  expect(taken / 60).toBeGreaterThan(990)
  expect(taken / 60).toBeLessThan(1_000 + (1_000 + 800) / 60)
})

test('what is not used is kept for one second', () => {
  let now = 0
  const quota = new Quota({ perSecond: 10, now: () => now })
  now = 3_600_000
  quota.take(10)
  expect(quota.wait()).toBe(1)
})
