// Servers of exactly known capacity on a virtual clock: one queue, first come first served. They prove the
// search against arithmetic, a whole experiment in milliseconds.
//
//   M/M/1   exponential service: response time exponential with mean 1/(μ−λ)
//   M/D/1   constant service: the waiting time has an exact distribution, below
//   knee    even arrivals and constant service: flat up to N per second, then a queue builds

import { randomStream, type Random } from '@plimsoll/workload'
import { Histogram } from '@plimsoll/statistics'
import type { SecondRecord } from '@plimsoll/record'

/** The three kinds of server above. */
export type ServerKind = 'M/M/1' | 'M/D/1' | 'knee'

/** A server as a value. */
export interface SimulatedServer {
  readonly kind: ServerKind
  /** Actions per second that it can serve at most. */
  readonly capacity: number
}

/** One queue that goes on from step to step without emptying, until it is drained. */
export interface SimulatedQueue {
  /** Plays one second at `rate` per second, one action per session, and records it. */
  second(rate: number): SecondRecord
  drain(): void
}

/** A fresh, empty queue before such a server; its arrivals and services come from the seed. */
export function simulatedQueue(
  server: SimulatedServer,
  { seed }: { seed: number },
): SimulatedQueue {
  const random = randomStream(seed, 17)
  // Work waiting, in seconds of serving, at the instant of the last arrival.
  let waiting = 0
  let last = 0
  let next = 0
  let second = -1
  return {
    second(rate) {
      second += 1
      const response_time = new Histogram()
      let due = 0
      for (next = Math.max(next, second); next < second + 1; next += gap(server, random) / rate) {
        waiting = Math.max(0, waiting - (next - last)) + service(server, random)
        last = next
        response_time.record((waiting + base(server)) * 1e6)
        due += 1
      }
      const action = { due, ok: due, failed: 0, unknown: 0, dropped: 0, response_time }
      return { second, actions: new Map([['GET /', action]]), sessions_alive: 0 }
    },
    drain() {
      waiting = 0
    },
  }
}

function gap({ kind }: SimulatedServer, random: Random): number {
  return kind === 'knee' ? 1 : random.exponential()
}

function service({ kind, capacity }: SimulatedServer, random: Random): number {
  return (kind === 'M/M/1' ? random.exponential() : 1) / capacity
}

function base({ kind }: SimulatedServer): number {
  return kind === 'knee' ? 0.005 : 0
}

/** The highest rate at which 99 % of responses take less than `limit_s` in steady state, exactly. */
export function trueLoadLine({ kind, capacity }: SimulatedServer, limit_s: number): number {
  if (kind === 'knee') return capacity
  if (kind === 'M/M/1') return capacity - Math.log(100) / limit_s
  let low = 0
  let high = capacity
  for (let n = 0; n < 40; n += 1) {
    const rate = (low + high) / 2
    const share = waitsAtMost({ rate, service_s: 1 / capacity, wait_s: limit_s - 1 / capacity })
    if (share >= 0.99) low = rate
    else high = rate
  }
  return low
}

/**
 * M/D/1: the share of arrivals that wait at most `wait_s`. Every term is positive, so nothing cancels.
 *
 *   p₀ = 1−ρ,  pⱼ = (p₀ Āⱼ + Σᵢ₌₁…ⱼ₋₁ pᵢ Āⱼ₋ᵢ₊₁) / a₀        in system; Āₖ = P(Poisson(ρ) ≥ k)
 *   P(W ≤ t) = Σⱼ₌₀…ₖ₋₁ Qₖ₋ⱼ₋₁ · Poisson(j; λ(kD−t))           (k−1)D ≤ t < kD, Qₙ = P(in system ≤ n+1)
 *
 * The second line: G. J. Franx, A simple solution for the M/D/c waiting time distribution (2001).
 */
function waitsAtMost({
  rate,
  service_s,
  wait_s,
}: {
  rate: number
  service_s: number
  wait_s: number
}): number {
  const load = rate * service_s
  const k = Math.floor(wait_s / service_s) + 1
  const atLeast = poissonTails(load, k + 2)
  const inSystem = [1 - load]
  for (let j = 1; j <= k + 1; j += 1) {
    let flow = (inSystem[0] as number) * (atLeast[j] as number)
    for (let i = 1; i < j; i += 1) flow += (inSystem[i] as number) * (atLeast[j - i + 1] as number)
    inSystem.push(flow / Math.exp(-load))
  }
  const atMost: number[] = []
  for (const p of inSystem) atMost.push((atMost.at(-1) ?? 0) + p)
  const mean = rate * (k * service_s - wait_s)
  let term = Math.exp(-mean)
  let share = 0
  for (let j = 0; j < k; j += 1) {
    share += (atMost[k - j] as number) * term
    term *= mean / (j + 1)
  }
  return share
}

/** P(Poisson(mean) ≥ k) for k = 0…most, added up from the far end. */
function poissonTails(mean: number, most: number): number[] {
  const term = [Math.exp(-mean)]
  for (let n = 1; n <= most + 60; n += 1) term.push((term[n - 1] as number) * (mean / n))
  const tails: number[] = []
  let sum = 0
  for (let n = most + 60; n >= 0; n -= 1) {
    sum += term[n] as number
    if (n <= most) tails[n] = sum
  }
  return tails
}
