import { expect, test } from 'vitest'

import { LoginLimits } from './login-limits.ts'

function limits(perMinute: number) {
  const clock = { now: 0 }
  const counted = new LoginLimits({ perMinute, now: () => clock.now })
  const fail = (name: string, address: string | undefined, times = 1) => {
    for (let n = 0; n < times; n += 1) counted.failed({ name, address }, { isUser: true })
  }
  const wait = (name: string, address: string | undefined) => counted.wait({ name, address })
  return { clock, counted, fail, wait }
}

test('whoever guesses at a name locks out nobody who is elsewhere', () => {
  const { fail, wait } = limits(20)
  fail('ada', 'a', 20)
  expect(wait('ada', 'a')).toBe(3)
  expect(wait('ada', 'b')).toBe(0)
  expect(wait('bob', 'a')).toBe(0)
})

test('one address may not try every name', () => {
  const { fail, wait } = limits(20)
  for (let n = 0; n < 100; n += 1) fail(`name ${n}`, 'a')
  expect(wait('another name', 'a')).toBe(1)
  expect(wait('another name', 'b')).toBe(0)
})

test('names that nobody has do not count against an address, and do count by themselves', () => {
  const { counted, wait } = limits(20)
  for (let n = 0; n < 500; n += 1) {
    counted.failed({ name: `nobody ${n % 20}`, address: 'a' }, { isUser: false })
  }
  expect(wait('ada', 'a')).toBe(0)
  expect(wait('nobody 0', 'a')).toBe(3)
})

test('at a besieged name each address has two tries a minute, and a new one comes in at once', () => {
  const { clock, fail, wait } = limits(20)
  for (let n = 0; n < 5; n += 1) fail('ada', `attacker ${n}`, 20)
  expect(wait('ada', 'owner')).toBe(0)
  fail('ada', 'owner', 2)
  expect(wait('ada', 'owner')).toBe(30)
  expect(wait('bob', 'owner')).toBe(0)
  clock.now = 61_000
  expect(wait('ada', 'owner')).toBe(0)
})

test('where no address is known the name alone counts', () => {
  const { fail, wait } = limits(3)
  fail('ada', undefined, 3)
  expect(wait('ada', undefined)).toBe(20)
  for (let n = 0; n < 50; n += 1) fail(`name ${n}`, undefined)
  expect(wait('bob', undefined)).toBe(0)
})
