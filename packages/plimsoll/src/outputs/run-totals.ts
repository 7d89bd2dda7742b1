// What each action did over a whole run so far, by repeat and phase: for monitoring systems, which count upwards. A second that no
// answer can change any more is added once, so that a long run costs no more than a short one.

import type { OutcomeCounts, RunRecord, SecondRecord } from '@plimsoll/record'
import { Histogram } from '@plimsoll/statistics'
import { stretchAt } from './stretch-at.ts'

/** Longest time-out of an action plus the time sessions get at the end, with room to spare. */
const secondsUntilFinal = 30

export interface ActionTotal extends OutcomeCounts {
  readonly repeat: number
  readonly phase: string
  readonly action: string
  /** Of ok answers. */
  readonly response_time: Histogram
}

export class RunTotals {
  readonly #run: RunRecord
  readonly #final = new Map<string, ActionTotal>()
  #finalUntil = 0

  constructor(run: RunRecord) {
    this.#run = run
  }

  /** One for each repeat, phase and action. */
  now(): ActionTotal[] {
    const { seconds } = this.#run
    for (; this.#finalUntil < seconds.length - secondsUntilFinal; this.#finalUntil += 1) {
      this.#add(this.#final, seconds[this.#finalUntil]!)
    }
    const totals = new Map<string, ActionTotal>()
    for (const [key, total] of this.#final) {
      totals.set(key, { ...total, response_time: total.response_time.clone() })
    }
    for (const second of seconds.slice(this.#finalUntil)) this.#add(totals, second)
    return [...totals.values()]
  }

  #add(totals: Map<string, ActionTotal>, { second, actions }: SecondRecord): void {
    const stretch = stretchAt(this.#run, second)
    const phase = stretch?.name ?? ''
    const repeat = stretch?.repeat ?? this.#run.repeat
    for (const [action, counts] of actions) {
      const key = `${repeat}\n${phase}\n${action}`
      const total = totals.get(key) ?? nothing({ repeat, phase, action })
      totals.set(key, total)
      total.due += counts.due
      total.ok += counts.ok
      total.failed += counts.failed
      total.unknown += counts.unknown
      total.dropped += counts.dropped
      total.response_time.add(counts.response_time)
    }
  }
}

function nothing(place: Pick<ActionTotal, 'repeat' | 'phase' | 'action'>): ActionTotal {
  const response_time = new Histogram()
  return { ...place, due: 0, ok: 0, failed: 0, unknown: 0, dropped: 0, response_time }
}
