// Collects what happened into the columns of a batch. The hot path is a few array writes; the arrays are
// used again, because a batch is on its way to the recorder before `emit` returns.

import {
  outcomeNames,
  type EngineHealth,
  type OutcomeName,
  type ReasonCount,
  type SampleBatch,
} from '@plimsoll/record'
import type { Timings } from './exchange.ts'
import { loadSecond, type LoadClock } from './load-clock.ts'
import { SessionTally } from './session-tally.ts'

export interface SamplesOptions {
  readonly clock: LoadClock
  readonly emit: (batch: SampleBatch) => void
  readonly health: () => EngineHealth
  /** Finished actions in a batch at most; then it leaves early. */
  readonly capacity?: number
}

/** One action that has ended. Times in ms. */
export interface EndedAction {
  readonly action: number
  readonly due: number
  readonly outcome: OutcomeName
  readonly lateness: number
  readonly service: number
  /** Null: a kept connection, and an answer in one piece. */
  readonly timings: Timings | null
}

/** An action that a claim may still turn. */
export interface CountedAction extends EndedAction {
  readonly kind: { readonly name: string }
  /** Why it is not ok; empty when it is. */
  readonly reason: string
  refute(text: string): void
}

const actionsAtMost = 1_000
const reasonsAtMost = 1_000
const reasonLength = 200
const otherAction = '(other actions)'

export class Samples {
  readonly sessions = new SessionTally()
  readonly #options: SamplesOptions
  readonly #capacity: number
  readonly #second: Uint32Array
  readonly #action: Uint16Array
  readonly #outcome: Uint8Array
  readonly #lateness: Uint32Array
  readonly #service: Uint32Array
  #count = 0
  readonly #actions = new Map<string, number>()
  #newActions: string[] = []
  /** Due in `#dueSecond`, by action; other seconds are in `#dueRows`. */
  readonly #dueNow = new Uint32Array(actionsAtMost + 1)
  #dueSecond = 0
  #dueRows: { second: number; action: number; due: number }[] = []
  #reasons = new Map<string, ReasonCount>()
  /** Only of the samples that have any. */
  #timings: { sample: number; timings: Timings }[] = []

  constructor(options: SamplesOptions) {
    this.#options = options
    this.#capacity = options.capacity ?? 16_384
    this.#second = new Uint32Array(this.#capacity)
    this.#action = new Uint16Array(this.#capacity)
    this.#outcome = new Uint8Array(this.#capacity)
    this.#lateness = new Uint32Array(this.#capacity)
    this.#service = new Uint32Array(this.#capacity)
  }

  /** The index of an action by its name. Beyond a thousand names all are `(other actions)`. */
  indexOf(name: string): number {
    const known = this.#actions.get(name)
    if (known !== undefined) return known
    if (this.#actions.size >= actionsAtMost && name !== otherAction)
      return this.indexOf(otherAction)
    const index = this.#actions.size
    this.#actions.set(name, index)
    this.#newActions.push(name)
    return index
  }

  /** An action has become due, at an instant in ms. */
  isDue(action: number, due: number): void {
    const second = this.#secondOf(due)
    if (second !== this.#dueSecond) {
      this.#spillDue()
      this.#dueSecond = second
    }
    this.#dueNow[action] = (this.#dueNow[action] as number) + 1
  }

  hasEnded({ action, due, outcome, lateness, service, timings }: EndedAction): void {
    const at = this.#count
    this.#second[at] = this.#secondOf(due)
    this.#action[at] = action
    this.#outcome[at] = outcome === 'ok' ? 0 : outcomeNames.indexOf(outcome)
    this.#lateness[at] = microseconds(lateness)
    this.#service[at] = microseconds(service)
    if (timings !== null) this.#timings.push({ sample: at, timings })
    this.#count = at + 1
    if (this.#count === this.#capacity) this.flush()
  }

  /** Why an action did not end ok. */
  hasReason(action: string, outcome: Exclude<OutcomeName, 'ok'>, text: string): void {
    const reason =
      this.#reasons.size < reasonsAtMost ? text.slice(0, reasonLength) : '(other reasons)'
    const key = `${outcome} ${action} ${reason}`
    const counted = this.#reasons.get(key)
    if (counted === undefined) this.#reasons.set(key, { action, outcome, reason, count: 1 })
    else counted.count += 1
  }

  /** Sends what there is. */
  flush(): void {
    this.#spillDue()
    const [count, rows, timed] = [this.#count, this.#dueRows, this.#timings]
    this.#options.emit({
      at_second: loadSecond(this.#options.clock),
      new_actions: this.#newActions,
      due: {
        count: rows.length,
        second: Uint32Array.from(rows, (row) => row.second),
        action: Uint16Array.from(rows, (row) => row.action),
        due: Uint32Array.from(rows, (row) => row.due),
      },
      samples: {
        count,
        second: this.#second.subarray(0, count),
        action: this.#action.subarray(0, count),
        outcome: this.#outcome.subarray(0, count),
        lateness_us: this.#lateness.subarray(0, count),
        service_us: this.#service.subarray(0, count),
      },
      timings: {
        count: timed.length,
        sample: Uint32Array.from(timed, ({ sample }) => sample),
        connect_us: Uint32Array.from(timed, ({ timings }) => microseconds(timings.connect)),
        tls_us: Uint32Array.from(timed, ({ timings }) => microseconds(timings.tls)),
        receive_us: Uint32Array.from(timed, ({ timings }) => microseconds(timings.receive)),
      },
      reasons: [...this.#reasons.values()],
      sessions: this.sessions.take(),
      health: [this.#options.health()],
    })
    this.#count = 0
    this.#newActions = []
    this.#dueRows = []
    this.#timings = []
    this.#reasons = new Map()
  }

  #secondOf(instant: number): number {
    return Math.floor(loadSecond(this.#options.clock, instant))
  }

  #spillDue(): void {
    for (let action = 0; action < this.#actions.size; action += 1) {
      const due = this.#dueNow[action] as number
      if (due > 0) this.#dueRows.push({ second: this.#dueSecond, action, due })
      this.#dueNow[action] = 0
    }
  }
}

/** Whole µs; beyond 71 minutes all are the same. */
function microseconds(ms: number): number {
  return Math.min(Math.max(Math.round(ms * 1_000), 0), 4_294_967_295)
}
