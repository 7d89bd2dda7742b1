// Runs may last longer than the tokens that were minted in their set-up.

import { minutes } from 'plimsoll'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { mintToken, type Person } from './people.ts'
import { comeBack, pause, pollPause, type Tools } from './visit.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 20) }))
afterEach(() => void vi.useRealTimers())

/** The tools of a session whose pauses take no time but on the clock, and the last token that it showed. */
function sessionTools() {
  const shown = { authorization: '' }
  const tools = {
    session: 0,
    http: { always: (headers: typeof shown) => Object.assign(shown, headers) },
    think: async ({ to }: { to: number }) => void vi.advanceTimersByTime(to),
  } as unknown as Tools
  return { tools, shown }
}

function somebody(): Person {
  const user = { id: '7', username: 'user_7' }
  return { ...user, token: mintToken(user), asked: '', assigned: [] }
}

/** How long the shown token is still valid, in seconds. */
function secondsLeft({ authorization }: { authorization: string }): number {
  const claims = Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString()
  return (JSON.parse(claims) as { exp: number }).exp - Date.now() / 1_000
}

test('whoever comes back late has a new token, and so has everybody after', () => {
  const person = somebody()
  const { tools, shown } = sessionTools()
  vi.advanceTimersByTime(minutes(12) - 1)
  comeBack(tools, [person])
  expect(Math.ceil(secondsLeft(shown))).toBe(181)
  vi.advanceTimersByTime(1)
  comeBack(tools, [person])
  expect(secondsLeft(shown)).toBe(900)
  vi.advanceTimersByTime(minutes(1))
  expect(comeBack(tools, [person]).minted_ms).toBe(Date.now() - minutes(1))
  expect(secondsLeft(shown)).toBe(840)
})

test('a visit that begins with an old token renews it in its pauses before it ends', async () => {
  const person = somebody()
  const { tools, shown } = sessionTools()
  vi.advanceTimersByTime(minutes(11))
  const visitor = comeBack(tools, [person])
  const left: number[] = []
  for (let round = 0; round < 200; round += 1) {
    await pause(tools, visitor, pollPause)
    left.push(secondsLeft(shown))
  }
  expect(Math.min(...left)).toBeGreaterThan(170)
  expect(left.filter((seconds) => seconds === 900)).toHaveLength(2)
})
