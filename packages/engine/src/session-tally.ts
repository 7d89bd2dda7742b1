// How many sessions started and ended since the last batch, and what went wrong inside them.

import type { SampleBatch } from '@plimsoll/record'

const errorsAtMost = 100

export class SessionTally {
  alive = 0
  #started = 0
  #ended = 0
  #cutShort = 0
  #dropped = 0
  #lengths: number[] = []
  #errors: string[] = []
  readonly #places = new Set<string>()

  hasStarted(): void {
    this.alive += 1
    this.#started += 1
  }

  /** Ended by itself after `length` ms. */
  hasEnded(length: number): void {
    this.alive -= 1
    this.#ended += 1
    this.#lengths.push(length)
  }

  /** Ended by an error in its persona. Each place is told once. */
  wasCutShort(error: { readonly place: string; readonly text: string }): void {
    this.alive -= 1
    this.#cutShort += 1
    this.hasError(error)
  }

  /** An error that ended no session. */
  hasError({ place, text }: { readonly place: string; readonly text: string }): void {
    if (this.#places.has(place) || this.#places.size >= errorsAtMost) return
    this.#places.add(place)
    this.#errors.push(text)
  }

  /** An arrival found no session free. */
  wasDropped(): void {
    this.#dropped += 1
  }

  /** What happened since the last call. */
  take(): SampleBatch['sessions'] {
    const taken = {
      started: this.#started,
      ended: this.#ended,
      cut_short: this.#cutShort,
      dropped: this.#dropped,
      alive: this.alive,
      errors: this.#errors,
      lengths_ms: Float64Array.from(this.#lengths),
    }
    this.#started = this.#ended = this.#cutShort = this.#dropped = 0
    this.#lengths = []
    this.#errors = []
    return taken
  }
}
