// One load while it lives: its phases one after the other, watched for service levels that break, and steered by hand.

import type { Engine } from '@plimsoll/engine'
import type { Check, Recorder, RunRecord, StretchRecord } from '@plimsoll/record'
import { ms, type Phase, type Workload } from '@plimsoll/workload'
import type { Order, Steered } from './steering.ts'

const sessionsPerPhase = 1_000_000_000
const lookEvery_ms = 1_000
/** A phase that is steered lasts as long as it lasts; until it ends its end is far away. */
const unknownEnd = Number.MAX_SAFE_INTEGER

export interface LoadRunOptions {
  readonly engine: Pick<Engine, 'second' | 'play' | 'stop' | 'steer'>
  readonly workload: Workload
  readonly record: RunRecord
  readonly recorder: Recorder
  readonly levels: readonly Check[]
  readonly signal: AbortSignal
}

export class LoadRun {
  readonly #options: LoadRunOptions
  readonly #steered: string[] = []
  #stretch: StretchRecord | undefined
  /** Since which second of the load it is paused. */
  #pausedSince: number | null = null
  /** How long this phase was paused, seconds. */
  #pausedFor = 0
  #level = 1
  #isOver = false

  constructor(options: LoadRunOptions) {
    this.#options = options
  }

  /** The stretch being played, for whoever looks on. */
  get state(): Steered {
    const state = this.#isOver ? 'ended' : this.#pausedSince === null ? 'running' : 'paused'
    const { engine } = this.#options
    const second = Math.floor(engine.second())
    return { state, rate: this.#level, phase: this.#stretch?.name ?? '', second }
  }

  /** What the plan asks for now, as it is steered: `10 sessions/s`. */
  get asked(): string {
    const { engine, workload } = this.#options
    const stretch = this.#stretch
    const shape = stretch === undefined ? undefined : workload.phases[stretch.name]?.shape
    if (stretch === undefined || shape === undefined || this.#pausedSince !== null) return 'nothing'
    const elapsed = engine.second() - stretch.from_second - this.#pausedFor
    const at = ms(Math.min(Math.max(0, elapsed * 1e3), shape.lasts))
    const level = shape.levelAt(at) * this.#level
    const unit = shape.model === 'open' ? 'sessions/s' : 'sessions'
    return `${Number(level.toPrecision(3))} ${unit}`
  }

  /** Plays all phases, until one breaks a level or somebody stops it. */
  async play(): Promise<void> {
    const { workload, signal } = this.#options
    for (const [n, [name, phase]] of Object.entries(workload.phases).entries()) {
      if (signal.aborted || this.#isOver) break
      await this.#playPhase(n, { name, phase })
    }
    this.#isOver = true
    this.#noteSteering()
  }

  /** Ends the phase being played, and plays no other. */
  async stop(): Promise<void> {
    this.#isOver = true
    await this.#options.engine.stop()
  }

  async steer(order: Order): Promise<Steered> {
    const { engine } = this.#options
    if (this.#isOver || order.kind === 'status') return this.state
    const second = Math.floor(engine.second())
    if (order.kind === 'stop') {
      this.#steered.push(`stopped in second ${second}`)
      await this.stop()
      return this.state
    }
    if (order.kind === 'rate') this.#level = order.factor
    else this.#setPaused(order.kind === 'pause')
    this.#steered.push(
      order.kind === 'rate'
        ? `${order.factor} × the planned rate from second ${second}`
        : `${order.kind === 'pause' ? 'paused' : 'resumed'} in second ${second}`,
    )
    if (this.#stretch !== undefined) this.#stretch.to_second = unknownEnd
    await engine.steer({ paused: this.#pausedSince !== null, level: this.#level })
    return this.state
  }

  #setPaused(paused: boolean): void {
    const second = this.#options.engine.second()
    if (!paused && this.#pausedSince !== null) this.#pausedFor += second - this.#pausedSince
    this.#pausedSince = paused ? (this.#pausedSince ?? second) : null
  }

  async #playPhase(n: number, { name, phase }: { name: string; phase: Phase }): Promise<void> {
    const { engine, recorder } = this.#options
    const from_second = Math.ceil(engine.second())
    const stretch = recorder.begin({
      kind: 'phase',
      name,
      from_second,
      counted_from_second: from_second,
      to_second:
        this.#steered.length > 0 ? unknownEnd : from_second + Math.ceil(phase.shape.lasts / 1e3),
      sessions_per_second: phase.shape.levelAt(ms(0)),
      measured: phase.measured !== false,
    })
    this.#stretch = stretch
    this.#pausedFor = 0
    using _watch = await this.#watchLevels(stretch, phase)
    const whole = { from: 'phase', phase: name, level: 1, duration: 1 } as const
    const first_session = (n + 1) * sessionsPerPhase
    const played = await engine.play({ ...whole, first_session, second: from_second })
    stretch.to_second = Math.ceil(played.to_second)
  }

  /** Ends the load as soon as the phase cannot hold a level any more. */
  async #watchLevels(stretch: StretchRecord, phase: Phase): Promise<Disposable> {
    const { levels, recorder, engine, record } = this.#options
    if (levels.length === 0 || !stretch.measured) return { [Symbol.dispose]() {} }
    const { brokenLevel } = await import('./service-levels.ts')
    const look = () => {
      if (this.#isOver) return
      const at_second = recorder.told_until_second
      const seconds = recorder.seconds.slice(stretch.from_second, Math.floor(at_second))
      const expected = expectedActions(phase, seconds)
      const broken = brokenLevel(levels, { seconds, expected, at_second })
      if (broken === undefined) return
      this.#isOver = true
      record.caveats.push({
        code: 'ended-early',
        text: `Ended in second ${Math.floor(at_second)}, in phase ${stretch.name}: "${broken}" could not hold any more.`,
        forbids_holds: true,
      })
      void engine.stop().catch(() => {})
    }
    const timer = setInterval(look, lookEvery_ms)
    return { [Symbol.dispose]: () => clearInterval(timer) }
  }

  #noteSteering(): void {
    if (this.#steered.length === 0) return
    const shown = this.#steered.slice(0, 10).join(', ')
    const more = this.#steered.length > 10 ? `, and ${this.#steered.length - 10} times more` : ''
    this.#options.record.caveats.push({
      code: 'steered',
      text: `Steered by hand: ${shown}${more}. What was played is not the plan, and measures nothing of it.`,
      forbids_holds: true,
    })
  }
}

/** As many as were due so far, and as many again in proportion for what is to come. */
function expectedActions(phase: Phase, seconds: RunRecord['seconds']): number {
  const { shape } = phase
  let due = 0
  for (const { actions } of seconds) for (const action of actions.values()) due += action.due
  const elapsed_ms = seconds.length * 1e3
  const [whole, part] =
    shape.model === 'open'
      ? [shape.arrivalsBy(shape.lasts), shape.arrivalsBy(ms(elapsed_ms))]
      : [shape.lasts, elapsed_ms]
  return part > 0 ? due * Math.max(1, whole / part) : Infinity
}
