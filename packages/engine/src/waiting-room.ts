// Actions that wait for something other than an HTTP answer. They are timed out by the same sweep as those.

import type { MeasuredAction } from './measured-action.ts'

export class WaitingRoom {
  readonly #waiting = new Set<MeasuredAction>()

  add(action: MeasuredAction): void {
    this.#waiting.add(action)
  }

  remove(action: MeasuredAction): void {
    this.#waiting.delete(action)
  }

  sweep(now: number): void {
    for (const action of this.#waiting) if (now >= action.deadline) action.giveUp('time-out')
  }

  close(): void {
    for (const action of this.#waiting) action.giveUp('still open when the run ended')
  }
}
