import { expect, test } from 'vitest'
import { Problem } from './problem.ts'
import { Turnstile } from './turnstile.ts'

/** Work that ends when it is told to. */
function work() {
  const { promise, resolve } = Promise.withResolvers<string>()
  return { run: () => promise, end: () => resolve('done') }
}

test('no more run at once than there is room for, the next in the order they came', async () => {
  const turnstile = new Turnstile({ concurrency: 2, queueLimit: 2, queueTimeout: 1_000 })
  const works = [work(), work(), work()]
  const ends = works.map(({ run }) => turnstile.run(run))
  expect(turnstile.figures).toEqual({ inside: 2, waiting: 1, refused: 0 })
  works[1]?.end()
  await ends[1]
  expect(turnstile.figures).toEqual({ inside: 2, waiting: 0, refused: 0 })
  works[0]?.end()
  works[2]?.end()
  expect(await Promise.all(ends)).toEqual(['done', 'done', 'done'])
  expect(turnstile.figures.inside).toBe(0)
})

test('beyond the queue everybody is refused at once, with 503 and a time to come back', async () => {
  const turnstile = new Turnstile({ concurrency: 1, queueLimit: 0, queueTimeout: 1_000 })
  const first = work()
  const running = turnstile.run(first.run)
  const refusal = await turnstile.run(first.run).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(Problem)
  expect(refusal).toMatchObject({ status: 503, retryAfterSeconds: 1 })
  first.end()
  await running
  expect(turnstile.figures).toEqual({ inside: 0, waiting: 0, refused: 1 })
})

test('who has waited too long is refused, and the next in time is served', async () => {
  let now = 0
  const turnstile = new Turnstile({
    concurrency: 1,
    queueLimit: 5,
    queueTimeout: 100,
    now: () => now,
  })
  const first = work()
  const running = turnstile.run(first.run)
  const late = turnstile.run(() => Promise.resolve('late')).catch((error: unknown) => error)
  now = 90
  const inTime = turnstile.run(() => Promise.resolve('in time'))
  now = 150
  first.end()
  await running
  expect(await late).toMatchObject({ status: 503 })
  expect(await inTime).toBe('in time')
})

test('work that fails leaves its place', async () => {
  const turnstile = new Turnstile({ concurrency: 1, queueLimit: 0, queueTimeout: 100 })
  await expect(turnstile.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(await turnstile.run(() => Promise.resolve('next'))).toBe('next')
})
