// Tells of declared alarms while a run lives, by the same rule that the judgement applies to the records afterwards.

import { alarmsRaised } from '@plimsoll/judgement'
import type { PlannedAlarm, ProgressListener, RunRecord } from '@plimsoll/record'

export interface AlarmWatchOptions {
  readonly alarms: readonly PlannedAlarm[]
  readonly record: Pick<RunRecord, 'configuration' | 'parts'>
  readonly emit: ProgressListener
}

/** Which alarms are on, second by second. */
export class AlarmWatch {
  readonly #options: AlarmWatchOptions
  readonly #on = new Set<string>()

  constructor(options: AlarmWatchOptions) {
    this.#options = options
  }

  /** Tells what has changed; `second` has just been recorded. */
  look(second: number): void {
    const { alarms, record, emit } = this.#options
    if (alarms.length === 0) return
    const raised = alarmsRaised(alarms, record.parts)
    for (const { name, part, remedy } of alarms) {
      const on = raised.some((one) => one.alarm.name === name && one.to_second === null)
      if (on === this.#on.has(name)) continue
      if (on) this.#on.add(name)
      else this.#on.delete(name)
      const { configuration } = record
      emit({ kind: 'alarm', configuration, second, name, part, on, remedy })
    }
  }
}
