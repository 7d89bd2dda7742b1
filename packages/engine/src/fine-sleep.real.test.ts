import { expect, test } from 'vitest'
import { startFineSleep } from './fine-sleep.ts'
import { monotonic } from './load-clock.ts'

test('every sleep ends, in order and never early, however short', async () => {
  await using fine = startFineSleep()
  for (const ms of [0.05, 0.3, 1, 2.5, 0.2, 0.1, 12, 0.7]) {
    const due = monotonic() + ms
    await new Promise<void>((resolve) => fine.sleep(ms, resolve))
    expect(monotonic()).toBeGreaterThanOrEqual(due)
  }
})

test('a sleep that is called off wakes nobody, and the next one takes its place', async () => {
  await using fine = startFineSleep()
  const woken: string[] = []
  const callOff = fine.sleep(1, () => woken.push('called off'))
  callOff()
  fine.sleep(200, () => woken.push('replaced'))
  await new Promise<void>((resolve) => {
    fine.sleep(5, () => {
      woken.push('last')
      resolve()
    })
  })
  // Long enough for the first one to be over.
  await new Promise<void>((resolve) => fine.sleep(3, resolve))
  expect(woken).toEqual(['last'])
})

test('a thousand sleeps of a third of a millisecond take a third of a second, not a second', async () => {
  await using fine = startFineSleep()
  const took: number[] = []
  for (let n = 0; n < 1_000; n += 1) {
    const began = monotonic()
    await new Promise<void>((resolve) => fine.sleep(0.33, resolve))
    took.push(monotonic() - began)
  }
  // The middle one: neighbours on this machine may hold many of them up. Node's timers would take 1 ms and more.
  expect(took.toSorted((a, b) => a - b)[500]).toBeLessThan(1)
})
