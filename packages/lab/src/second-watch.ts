// Looks at everything once a second while a run lives: what each part used, how the engine is doing, and
// what to tell the listener. It never holds up the load: a sample that comes late is left out. The listener is
// told of a second when the next one has passed: the engine's batches come behind the clock.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from '@plimsoll/engine'
import { Histogram } from '@plimsoll/statistics'
import type { AlarmWatch } from './alarm-watch.ts'
import {
  generatorRows,
  type ProgressListener,
  type Recorder,
  type RunRecord,
  type RunWriter,
} from '@plimsoll/record'
import type { Deployment } from './platform/index.ts'

const secondsBetweenWrites = 5
const balancer = { part: 'balancer', instance: 0 }

export interface SecondWatchOptions {
  readonly deployment: Pick<Deployment, 'instances' | 'sample' | 'state'>
  readonly engine: Pick<Engine, 'second'>
  readonly recorder: Recorder
  readonly record: RunRecord
  readonly writer: Pick<RunWriter, 'write'>
  readonly emit: ProgressListener
  readonly alarms?: Pick<AlarmWatch, 'look'>
  /** It cannot go on, e.g. because the disk is full: the run is spoilt. */
  readonly onTrouble: (error: Error) => void
}

export class SecondWatch implements AsyncDisposable {
  readonly #options: SecondWatchOptions
  readonly #ended = new AbortController()
  readonly #watching: Promise<void>
  #isBroken = false
  #isPaused = false

  constructor(options: SecondWatchOptions) {
    this.#options = options
    this.#watching = this.#watch().catch(options.onTrouble)
  }

  /** Looks at nothing until it resumes: the run waits while others are played. */
  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort()
    await this.#watching
  }

  async #watch(): Promise<void> {
    const { engine } = this.#options
    while (!this.#ended.signal.aborted) {
      const now = engine.second()
      const next = Math.floor(now) + 1
      try {
        await sleep((next - now) * 1_000, undefined, { signal: this.#ended.signal })
      } catch {
        return
      }
      if (engine.second() > 0 && !this.#isPaused) await this.#look(next - 1)
    }
  }

  /** `second` has just passed. */
  async #look(second: number): Promise<void> {
    const { deployment, recorder, record, writer, alarms } = this.#options
    const generator = generatorRows(recorder.health, second)
    record.parts.push(...(await deployment.sample(second)), ...generator)
    this.#noteBroken(second)
    alarms?.look(second)
    if (second > 0) this.#tell(second - 1)
    if (second % secondsBetweenWrites === 0) await writer.write()
    recorder.second(second)
  }

  /** An instance that ends by itself makes another deployment of this one: said once. */
  #noteBroken(second: number): void {
    const { deployment, record, emit } = this.#options
    if (this.#isBroken || deployment.state !== 'broken') return
    this.#isBroken = true
    const { part, instance } = deployment.instances.find(({ pid }) => pid === 0) ?? balancer
    const caveat = {
      code: 'instance-ended',
      text: `${part} ${instance} ended by itself in second ${second}: what came after was carried without it.`,
      forbids_holds: true,
    }
    record.caveats.push(caveat)
    emit({ kind: 'caveat', configuration: record.configuration, caveat })
  }

  #tell(second: number): void {
    const { recorder, record, emit } = this.#options
    const stretch = recorder.stretches.findLast(({ from_second }) => from_second <= second)
    const counts = { due: 0, ok: 0, failed: 0, unknown: 0, dropped: 0 }
    const times = new Histogram()
    const { actions, sessions_alive } = recorder.second(second)
    for (const { response_time, ...action } of actions.values()) {
      for (const name of Object.keys(counts) as (keyof typeof counts)[])
        counts[name] += action[name]
      times.add(response_time)
    }
    const inSpan = stretch !== undefined && second < stretch.to_second
    emit({
      kind: 'second',
      configuration: record.configuration,
      repeat: stretch?.repeat ?? record.repeat,
      second,
      asked_sessions_per_second: inSpan ? stretch.sessions_per_second : 0,
      ...counts,
      p50_ms: times.count === 0 ? null : times.quantile(0.5) / 1_000,
      p99_ms: times.count === 0 ? null : times.quantile(0.99) / 1_000,
      sessions_alive,
    })
  }
}
