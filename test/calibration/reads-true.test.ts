// The instrument reads true: against servers whose answers take a known time, on real clocks.

import { expect, test } from 'vitest'
import { arrivals, hold, perSecond, seconds } from '@plimsoll/workload'
import { exactQuantile, play, seed, type Result } from './measured.ts'
import { startTimedServer, type TimedServerOptions } from './timed-server.ts'

/** Within 2 % of the truth. */
function expectTrue(measured: number, truth: number): void {
  expect(measured).toBeGreaterThan(truth * 0.98)
  expect(measured).toBeLessThan(truth * 1.02)
}

interface Reading extends Result {
  /** lateness + service time of each action, ms. */
  readonly response: readonly number[]
  /** What the server itself says that each answer took, ms. */
  readonly own: readonly number[]
  /** When each request came to the server, ms on the machine's clock. */
  readonly came: readonly number[]
}

/**
 * Plays a phase of `reads` against a timed server. A reading that neighbours on this machine disturbed says
 * nothing about the engine: where one in a hundred requests or answers left over 10 ms late, or `quiet` where less
 * matters, it is taken again, four times at most; the least disturbed one counts.
 */
async function reading(
  phase: string,
  { quiet = 10, ...options }: TimedServerOptions & { quiet?: number },
): Promise<Reading> {
  let best: { reading: Reading; late: number } | undefined
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    await using server = await startTimedServer(options)
    const result = await play({ workload: 'reads', phase, targets: [server.url] })
    const served = await server.record()
    const late = exactQuantile(
      [
        ...result.actions.map(({ lateness }) => lateness),
        ...served.map(({ planned, left }) => left - planned),
      ],
      0.99,
    )
    const reading = {
      ...result,
      response: result.actions.map(({ lateness, service }) => lateness + service),
      own: served.map(({ came, left }) => left - came),
      came: served.map(({ came }) => came),
    }
    if (best === undefined || late < best.late) best = { reading, late }
    if (late < quiet) break
  }
  return best!.reading
}

test('a constant delay is read as what it is, at p50 and at p99', async () => {
  const { actions, due, response, own } = await reading('even', { takes: 1_000 })
  expect(due).toBe(500)
  expect(actions.filter(({ outcome }) => outcome === 'ok')).toHaveLength(500)
  const service = actions.map((action) => action.service)
  for (const q of [0.5, 0.99]) {
    expectTrue(exactQuantile(service, q), exactQuantile(own, q))
    expectTrue(exactQuantile(response, q), exactQuantile(own, q))
    expectTrue(exactQuantile(response, q), 1_000)
  }
})

test('a stall of one second is seen by every arrival that was due during it', async () => {
  // The first arrival is due at 5 ms and the stall begins 2 s after the start: at an edge between two.
  const { response, own } = await reading('even', {
    takes: 200,
    // An edge of the stall lies 5 ms from the next arrival.
    quiet: 4,
    stall: { after: 1_995, lasts: 1_000 },
  })
  // Due at 2,005, 2,015, … ms they wait 995, 985, … ms and then take 200: fifty of them over 700.
  const over = response.filter((time) => time > 700).length
  expect(Math.abs(over - 50)).toBeLessThanOrEqual(1)
  // Of 500 the sixth longest waited 945 ms.
  expectTrue(exactQuantile(response, 0.99), 945 + 200)
  expectTrue(exactQuantile(response, 0.99), exactQuantile(own, 0.99))
  expectTrue(exactQuantile(response, 0.5), 200)
})

test('closed sessions follow one another without a gap: five of them, 200 ms each, for four seconds', async () => {
  const { actions, due } = await reading('closed', { takes: 200 })
  expect(due).toBe(actions.length)
  // Each session fits 4,000 ÷ 200 times; timers and loopback cost each a few ms.
  expect(actions.length).toBeGreaterThan(92)
  expect(actions.length).toBeLessThanOrEqual(105)
})

test('Poisson arrivals reach the server as planned', async () => {
  const { actions, batches, came } = await reading('poisson', { takes: 1 })
  const planned = [...arrivals(hold({ at: perSecond(20), for: seconds(8) }), { seed })]
  expect(came).toHaveLength(planned.length)
  // Against the plan, instant by instant: the offset between the clocks is the smallest difference.
  const offsets = came.map((at, index) => at - (planned[index] ?? NaN))
  const least = Math.min(...offsets)
  const late = offsets.map((offset) => offset - least)
  expect(exactQuantile(late, 0.5)).toBeLessThan(3)
  // Kolmogorov-Smirnov at α = 0.01 of the gaps at the server against the exponential law.
  const gaps = came.slice(1).map((at, index) => at - (came[index] ?? NaN))
  expect(kolmogorovDistance(gaps, 50)).toBeLessThan(1.628 / Math.sqrt(gaps.length))
  const lateness = actions.map((action) => action.lateness)
  expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0)
  expect(exactQuantile(lateness, 0.5)).toBeLessThan(2)
  expect(batches.every(({ health }) => (health[0]?.memory_bytes ?? 0) > 0)).toBe(true)
})

/** Largest distance between the values and the exponential law with this mean. */
function kolmogorovDistance(values: readonly number[], mean: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const distances = sorted.map((value, index) => {
    const expected = 1 - Math.exp(-value / mean)
    return Math.max(
      Math.abs((index + 1) / sorted.length - expected),
      Math.abs(index / sorted.length - expected),
    )
  })
  return Math.max(...distances)
}
