import { expect, test } from 'vitest'
import { Backends, noteCheck } from './backends.ts'

test('the instance with the fewest unanswered requests is next, and equals take turns', () => {
  const backends = new Backends([1, 2, 3])
  const turns = [1, 2, 3, 4].map(() => backends.choose(new Set())?.port)
  expect(turns).toEqual([1, 2, 3, 1])
  const [first, second, third] = backends.all
  if (!first || !second || !third) throw new Error('three were given')
  first.outstanding = 2
  second.outstanding = 1
  third.outstanding = 2
  expect(backends.choose(new Set())).toBe(second)
})

test('an unhealthy one and one already tried are passed over, until none is left', () => {
  const backends = new Backends([1, 2])
  const [first, second] = backends.all
  if (!first || !second) throw new Error('two were given')
  first.isHealthy = false
  expect(backends.choose(new Set())).toBe(second)
  expect(backends.choose(new Set([second]))).toBeNull()
})

test('three failed checks in a row, or one refused connection, take an instance out; one good check brings it back', () => {
  const [backend] = new Backends([1]).all
  if (!backend) throw new Error('one was given')
  const health = (['failed', 'failed', 'healthy', 'failed', 'failed', 'failed'] as const).map(
    (seen) => {
      noteCheck(backend, seen)
      return backend.isHealthy
    },
  )
  expect(health).toEqual([true, true, true, true, true, false])
  noteCheck(backend, 'healthy')
  noteCheck(backend, 'refused')
  expect(backend.isHealthy).toBe(false)
})
