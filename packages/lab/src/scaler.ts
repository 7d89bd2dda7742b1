// Autoscales one part while the phases are played: looks at what was measured, asks the policy, starts and ends
// instances, and writes down the life of each. Times are multiplied by `duration`, as the phases are.
//
//   asked ── boot delay ──▶ process started ──▶ ready (booted) ──▶ carries load (useful) ──▶ gone

import { setTimeout as sleep } from 'node:timers/promises'
import type { InstanceLife, PlannedAutoscaling, PlannedPart, RunRecord } from '@plimsoll/record'
import type { Deployment } from './platform/index.ts'
import { firstUseful, scalingChange, seenIn } from './scaling-decision.ts'

export interface ScalerOptions {
  readonly planned: PlannedPart & { readonly autoscaling: PlannedAutoscaling }
  readonly deployment: Deployment
  readonly record: RunRecord
  /** Seconds of the run, fractional. */
  readonly second: () => number
  readonly say: (text: string) => void
  /** Of the phases, played ÷ declared. */
  readonly duration: number
}

const lookEvery_ms = 200

/** Runs from `start` until it is disposed of. */
export class Scaler implements AsyncDisposable {
  readonly #options: ScalerOptions
  readonly #autoscaling: PlannedAutoscaling
  readonly #ended = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  readonly #lives: InstanceLife[] = []
  /** Machines that serve, and those that were asked for: numbers from 0. */
  readonly #ready: Set<number>
  readonly #coming = new Set<number>()
  #changed_second = -Infinity
  #looking: Promise<void> = Promise.resolve()

  private constructor(options: ScalerOptions) {
    const { planned, duration } = options
    const { autoscaling } = planned
    this.#options = options
    this.#autoscaling = {
      ...autoscaling,
      notice_ms: autoscaling.notice_ms * duration,
      boot_ms: autoscaling.boot_ms * duration,
      cooldown_ms: autoscaling.cooldown_ms * duration,
    }
    this.#ready = new Set(Array.from({ length: planned.instances }, (_, n) => n))
  }

  /** Ends all instances but the fewest allowed, then follows the policy. */
  static async start(options: ScalerOptions): Promise<Scaler> {
    const scaler = new Scaler(options)
    const { least } = scaler.#autoscaling
    await Promise.all([...scaler.#ready].filter((n) => n >= least).map((n) => scaler.#end(n)))
    scaler.#looking = scaler.#look()
    return scaler
  }

  async #look(): Promise<void> {
    const { second, record, planned } = this.#options
    const notice_seconds = Math.max(1, Math.round(this.#autoscaling.notice_ms / 1_000))
    let next = Math.floor(second()) + notice_seconds
    while (!this.#ended.signal.aborted) {
      await sleep(lookEvery_ms)
      if (
        record.parts.findLast(({ part }) => part === planned.part)?.second !== next - 1 &&
        second() < next + 2
      )
        continue
      const rows = record.parts.filter(
        (row) => row.second >= next - notice_seconds && row.second < next,
      )
      this.#follow(next, seenIn(rows, planned.part))
      next = Math.max(next + notice_seconds, Math.floor(second()))
    }
  }

  #follow(second: number, seen: ReturnType<typeof seenIn>): void {
    const view = { second, ready: this.#ready.size, coming: this.#coming.size, ...seen }
    const change = scalingChange(this.#autoscaling, view, { changed_second: this.#changed_second })
    if (change === 0) return
    this.#changed_second = second
    for (let n = 0; n < change; n += 1) this.#keep(this.#add())
    for (let n = 0; n < -change && this.#coming.size === 0; n += 1) {
      this.#keep(this.#end(Math.max(...this.#ready)))
    }
  }

  async #add(): Promise<void> {
    const { planned, second, say, record } = this.#options
    const machine = this.#free()
    this.#coming.add(machine)
    const life: InstanceLife = {
      part: planned.part,
      instance: machine * planned.processes,
      asked_second: second(),
      booted_second: null,
      useful_second: null,
      gone_second: null,
    }
    record.instances?.push(life)
    this.#lives.push(life)
    say(
      `${planned.part}: one more asked for (${this.#ready.size} ready, ${this.#coming.size} coming)`,
    )
    try {
      await sleep(this.#autoscaling.boot_ms, undefined, { signal: this.#ended.signal })
      await Promise.all(
        this.#processesOf(machine).map((name) => this.#options.deployment.grow(name)),
      )
      life.booted_second = second()
      this.#ready.add(machine)
      say(
        `${planned.part} ${life.instance} is ready after ${(life.booted_second - life.asked_second).toFixed(1)} s`,
      )
    } catch (error) {
      if (!this.#ended.signal.aborted)
        say(`${planned.part} ${life.instance} did not come up: ${String(error)}`)
    } finally {
      this.#coming.delete(machine)
    }
  }

  async #end(machine: number): Promise<void> {
    const { planned, second, deployment } = this.#options
    this.#ready.delete(machine)
    const life = this.#lives.findLast(({ instance }) => instance === machine * planned.processes)
    if (life !== undefined) life.gone_second = second()
    await Promise.all(this.#processesOf(machine).map((name) => deployment.shrink(name)))
  }

  #keep(work: Promise<void>): void {
    const kept = work
      .catch((error: unknown) => this.#options.say(String(error)))
      .finally(() => this.#underWay.delete(kept))
    this.#underWay.add(kept)
  }

  #free(): number {
    for (let n = 0; ; n += 1) if (!this.#ready.has(n) && !this.#coming.has(n)) return n
  }

  #processesOf(machine: number) {
    const { part, processes } = this.#options.planned
    return Array.from({ length: processes }, (_, n) => ({
      part,
      instance: machine * processes + n,
    }))
  }

  /** Stops following; what was asked for and has not booted does not come any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort()
    await this.#looking
    await Promise.all(this.#underWay)
    for (const life of this.#lives) {
      const { part, instance, booted_second: booted } = life
      if (booted !== null)
        life.useful_second = firstUseful(this.#options.record.parts, { part, instance, booted })
    }
  }
}
