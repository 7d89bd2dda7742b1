// Makes one stream of batches out of those of several engines that play parts of one load.

import type { EngineHealth, SampleBatch } from '@plimsoll/record'

interface Part {
  /** Its index of an action → the index of all. */
  readonly actions: number[]
  at_second: number
  alive: number
  health: EngineHealth
}

const nothing: EngineHealth = { cpu_cores: 0, event_loop_delay_p99_ms: 0, memory_bytes: 0 }

export class MergedBatches {
  readonly #names = new Map<string, number>()
  readonly #parts: readonly Part[]

  constructor(parts: number) {
    this.#parts = Array.from({ length: parts }, () => ({
      actions: [],
      at_second: 0,
      alive: 0,
      health: nothing,
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
      health: {
        cpu_cores: sum(this.#parts.map(({ health }) => health.cpu_cores)),
        memory_bytes: sum(this.#parts.map(({ health }) => health.memory_bytes)),
        event_loop_delay_p99_ms: Math.max(
          ...this.#parts.map(({ health }) => health.event_loop_delay_p99_ms),
        ),
      },
    }
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
