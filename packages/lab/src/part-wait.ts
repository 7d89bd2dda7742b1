// Waits for what the parts of a run do, as its record tells: each second a new look at them.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from '@plimsoll/engine'
import { backlogSeconds, type BacklogSecond } from '@plimsoll/judgement'
import type { Caveat, RunRecord } from '@plimsoll/record'

const longestDrain_seconds = 60
/** A look at the parts takes most of a second at worst. */
const longestLook_seconds = 2
const lookEvery_ms = 50

/** Where `drained` was false before the end. */
export const backlogNotDrained: Caveat = {
  code: 'backlog-not-drained',
  text: 'A backlog had not drained a minute after its load: what was played next began with it.',
  forbids_holds: true,
}

export class PartWait {
  readonly #record: Pick<RunRecord, 'parts'>
  readonly #engine: Pick<Engine, 'second'>

  constructor({
    record,
    engine,
  }: {
    record: Pick<RunRecord, 'parts'>
    engine: Pick<Engine, 'second'>
  }) {
    this.#record = record
    this.#engine = engine
  }

  /** True when nothing waits and nothing is in flight, or there is no queue; false after a minute. */
  async drained(signal: AbortSignal): Promise<boolean> {
    if (this.#last() === undefined) return true
    const from = this.#engine.second()
    for (;;) {
      const last = this.#last()
      if (last !== undefined && last.second >= Math.floor(from) && last.messages === 0) return true
      if (this.#engine.second() > from + longestDrain_seconds) return false
      await sleep(lookEvery_ms, undefined, { signal })
    }
  }

  /** Waits until a second of the queues was looked at, where there are any, but not for long. */
  async backlogTold(second: number, signal: AbortSignal): Promise<void> {
    if (this.#last() !== undefined) await this.told(second, signal)
  }

  /** Waits until a second was looked at, but not for long. */
  async told(second: number, signal: AbortSignal): Promise<void> {
    while ((this.#record.parts.at(-1)?.second ?? 0) < second) {
      if (this.#engine.second() > second + 1 + longestLook_seconds) return
      await sleep(lookEvery_ms, undefined, { signal })
    }
  }

  /** The queues when they were looked at last: in the last rows, for a row is added for every part. */
  #last(): BacklogSecond | undefined {
    return backlogSeconds(this.#record.parts.slice(-100)).at(-1)
  }
}
