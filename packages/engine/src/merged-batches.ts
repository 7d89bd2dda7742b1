// Makes one stream of batches out of those of several engines that play parts of one load.

import type { SampleBatch } from '@plimsoll/record'

interface Part {
  /** Its index of an action → the index of all. */
  readonly actions: number[]
  at_second: number
  alive: number
  health: SampleBatch['health']
}

export class MergedBatches {
  readonly #names = new Map<string, number>()
  readonly #parts: readonly Part[]

  constructor(parts: number) {
    this.#parts = Array.from({ length: parts }, () => ({
      actions: [],
      at_second: 0,
      alive: 0,
      health: [],
    }))
  }

  /** The batch of one part as a batch of the whole: told until when all have told, alive in all. */
  merge(index: number, batch: SampleBatch): SampleBatch {
    const part = this.#parts[index] as Part
    const new_actions = batch.new_actions.filter((name) => {
      const known = this.#names.get(name)
      part.actions.push(known ?? this.#names.size)
      if (known === undefined) this.#names.set(name, this.#names.size)
      return known === undefined
    })
    part.at_second = batch.at_second
    part.alive = batch.sessions.alive
    part.health = batch.health
    const { due, samples, sessions } = batch
    return {
      ...batch,
      new_actions,
      at_second: Math.min(...this.#parts.map(({ at_second }) => at_second)),
      due: { ...due, action: due.action.map((action) => part.actions[action] as number) },
      samples: {
        ...samples,
        action: samples.action.map((action) => part.actions[action] as number),
      },
      sessions: { ...sessions, alive: sum(this.#parts.map(({ alive }) => alive)) },
      health: this.#parts.flatMap(({ health }) => health),
    }
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
