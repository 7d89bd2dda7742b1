// Turns the engine's batches into seconds and stretches. Everything is additive, so a late answer simply
// lands in the second in which its action was due.

import { Histogram } from '@plimsoll/statistics'
import {
  outcomeNames,
  type EngineHealth,
  type SampleBatch,
  type SampleColumns,
  type TimingColumns,
} from './sample-batch.ts'
import {
  noTimes,
  type ActionSecond,
  type ActionTimes,
  type ReasonCount,
  type SecondRecord,
  type SessionCounts,
  type StretchRecord,
} from './run-record.ts'

const maxReasons = 200
const maxErrors = 20
/** Nearly every answer has come when a second is so old; a later one costs a copy. */
const secondsUntilCompact = 30

/** The growing record of one run. Grows with the run's length by some kilobytes a second and action, hardly with its rate. */
export class Recorder {
  readonly seconds: SecondRecord[] = []
  readonly stretches: StretchRecord[] = []
  readonly reasons: ReasonCount[] = []
  readonly sessions: SessionCounts = { started: 0, ended: 0, cut_short: 0, dropped: 0, errors: [] }
  /** How each process of the engine was doing when it last reported. */
  health: readonly EngineHealth[] = []
  /** Until when the engine has told everything, in seconds of the run: always a little behind the clock. */
  told_until_second = 0
  /** Lengths of the sessions that ended since it was last cleared, µs. */
  readonly sessionLengths = new Histogram()
  readonly #actionNames: string[] = []
  readonly #reasonByKey = new Map<string, ReasonCount>()

  /** Begins a stretch; what is due from now on belongs to it. */
  begin(stretch: Omit<StretchRecord, 'actions'>): StretchRecord {
    const begun: StretchRecord = { ...stretch, actions: new Map() }
    this.stretches.push(begun)
    return begun
  }

  absorb(batch: SampleBatch): void {
    this.#actionNames.push(...batch.new_actions)
    this.health = batch.health
    this.told_until_second = batch.at_second
    const { due, sessions } = batch
    for (let i = 0; i < due.count; i += 1) {
      this.#action(due.second[i]!, due.action[i]!).due += due.due[i]!
    }
    this.#absorbSamples(batch.samples, batch.timings)
    for (const reason of batch.reasons) this.#absorbReason(reason)
    this.sessions.started += sessions.started
    this.sessions.ended += sessions.ended
    this.sessions.cut_short += sessions.cut_short
    this.sessions.dropped += sessions.dropped
    this.sessions.errors.push(...sessions.errors.slice(0, maxErrors - this.sessions.errors.length))
    for (const length_ms of sessions.lengths_ms) this.sessionLengths.record(length_ms * 1_000)
    this.second(Math.floor(batch.at_second)).sessions_alive = sessions.alive
  }

  /** The record of one second; seconds without any action are there too, empty. */
  second(second: number): SecondRecord {
    while (this.seconds.length <= second) {
      const sessions_alive = this.seconds.at(-1)?.sessions_alive ?? 0
      this.seconds.push({ second: this.seconds.length, actions: new Map(), sessions_alive })
      const old = this.seconds.at(-1 - secondsUntilCompact)?.actions.values() ?? []
      for (const { response_time } of old) response_time.compact()
    }
    return this.seconds[second]!
  }

  #absorbSamples(samples: SampleColumns, timings: TimingColumns): void {
    let timed = 0
    for (let i = 0; i < samples.count; i += 1) {
      while (timed < timings.count && timings.sample[timed]! < i) timed += 1
      const second = samples.second[i]!
      const index = samples.action[i]!
      const action = this.#action(second, index)
      const outcome = outcomeNames[samples.outcome[i]!]!
      action[outcome] += 1
      if (outcome !== 'ok') continue
      const lateness = samples.lateness_us[i]!
      const service = samples.service_us[i]!
      action.response_time.record(lateness + service)
      const times = this.#times(second, this.#actionNames[index]!)
      if (times === undefined) continue
      times.lateness.record(lateness)
      times.service_time.record(service)
      const hasTimings = timed < timings.count && timings.sample[timed] === i
      times.wait.record(hasTimings ? service - recordTimings(times, timings, timed) : service)
    }
  }

  #action(second: number, index: number): ActionSecond {
    const { actions } = this.second(second)
    const name = this.#actionNames[index]!
    let action = actions.get(name)
    if (action === undefined) {
      const response_time = new Histogram()
      action = { due: 0, ok: 0, failed: 0, unknown: 0, dropped: 0, response_time }
      actions.set(name, action)
    }
    return action
  }

  #times(second: number, name: string): ActionTimes | undefined {
    const stretch = this.#stretchOf(second)
    if (stretch === undefined || second < stretch.counted_from_second) return undefined
    let times = stretch.actions.get(name)
    if (times === undefined) {
      times = noTimes()
      stretch.actions.set(name, times)
    }
    return times
  }

  /** Late answers are rare: nearly always it is the last stretch or the one before. */
  #stretchOf(second: number): StretchRecord | undefined {
    return this.stretches.findLast(
      (stretch) => stretch.from_second <= second && second < stretch.to_second,
    )
  }

  #absorbReason({ action, outcome, reason, count }: ReasonCount): void {
    const known = this.#reasonByKey.get(`${action}\n${outcome}\n${reason}`)
    if (known !== undefined) {
      known.count += count
      return
    }
    const told = this.reasons.length < maxReasons ? reason : 'other reasons'
    const key = `${action}\n${outcome}\n${told}`
    const other = this.#reasonByKey.get(key)
    if (other !== undefined) {
      other.count += count
      return
    }
    const added = { action, outcome, reason: told, count }
    this.#reasonByKey.set(key, added)
    this.reasons.push(added)
  }
}

/** Records row `at` where there is something to say. Returns how much of the service time it is, µs. */
function recordTimings(times: ActionTimes, timings: TimingColumns, at: number): number {
  const connect = timings.connect_us[at]!
  const tls = timings.tls_us[at]!
  const receive = timings.receive_us[at]!
  if (connect > 0) times.connect.record(connect)
  if (tls > 0) times.tls.record(tls)
  if (receive > 0) times.receive.record(receive)
  return connect + tls + receive
}
