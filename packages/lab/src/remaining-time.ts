// How long an experiment will still take: what its runs took so far, times what is left of each kind.

import type { Plan, PlannedBisection } from '@plimsoll/record'
import { bisectSteps } from './search/index.ts'

type RunKind = 'search' | 'repeat'

/** Seconds that a run takes before one was measured: quick and full form. */
const firstGuess_seconds = {
  quick: { search: 60, repeat: 22 },
  full: { search: 400, repeat: 200 },
} as const

export class RemainingTime {
  readonly #took: Record<RunKind, number[]> = { search: [], repeat: [] }
  readonly #left: Record<RunKind, number>
  readonly #guess: Readonly<Record<RunKind, number>>

  constructor({ configurations, search, quick, bisection }: Plan) {
    const count = configurations.length
    const tries = bisection === undefined ? 0 : triesOf(bisection)
    this.#left = { search: count + tries, repeat: count * (search.repeats - 1) }
    this.#guess = firstGuess_seconds[quick ? 'quick' : 'full']
  }

  /** A run of that kind has ended. */
  ended(kind: RunKind, took_seconds: number): void {
    this.#took[kind].push(took_seconds)
    this.#left[kind] -= 1
  }

  get seconds(): number {
    return Math.round(this.#secondsOf('search') + this.#secondsOf('repeat'))
  }

  #secondsOf(kind: RunKind): number {
    const took = this.#took[kind]
    const sum = took.reduce((total, seconds) => total + seconds, 0)
    return this.#left[kind] * (took.length === 0 ? this.#guess[kind] : sum / took.length)
  }
}

function triesOf({ from_ms, to_ms, within_ms }: PlannedBisection): number {
  return bisectSteps({ from: from_ms, to: to_ms, within: within_ms })
}
