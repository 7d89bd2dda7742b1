import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DueQueue } from './due-queue.ts'

/** A queue on a clock that jumps to whatever the queue sleeps for. */
function virtualQueue() {
  let now = 0
  let wakeUp: (() => void) | undefined
  let wakeAt = 0
  const queue = new DueQueue({
    now: () => now,
    sleep(ms, wake) {
      wakeUp = wake
      wakeAt = now + Math.max(0, ms)
      return () => (wakeUp = undefined)
    },
  })
  const step = () => {
    const wake = wakeUp
    wakeUp = undefined
    now = wakeAt
    wake?.()
    return wake !== undefined
  }
  return { queue, step, now: () => now }
}

test('everything is woken in order, when it is due', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 1_000 }), { maxLength: 200 }), (dues) => {
      const { queue, step, now } = virtualQueue()
      const woken: number[] = []
      for (const due of dues) {
        queue.add({
          due,
          wake() {
            expect(now()).toBe(due)
            woken.push(due)
          },
        })
      }
      while (step());
      expect(woken).toEqual(dues.toSorted((a, b) => a - b))
      expect(queue.size).toBe(0)
    }),
  )
})

test('what is added while others are woken is woken in its turn', () => {
  const { queue, step } = virtualQueue()
  const woken: number[] = []
  const chain = (due: number) =>
    queue.add({
      due,
      wake() {
        woken.push(due)
        if (due < 5) chain(due + 1)
      },
    })
  chain(1)
  queue.add({ due: 3.5, wake: () => woken.push(3.5) })
  while (step());
  expect(woken).toEqual([1, 2, 3, 3.5, 4, 5])
})

test('a cleared queue wakes nobody', () => {
  const { queue, step } = virtualQueue()
  queue.add({ due: 1, wake: () => expect.unreachable() })
  queue.clear()
  expect(step()).toBe(false)
})
