// One workload on one deployed configuration: warmed up, limited, then played stretch by stretch while every
// second of it is recorded. It knows how to play, not what to play next, nor how it was raised.

import { setTimeout as sleep } from 'node:timers/promises'
import { availableParallelism } from 'node:os'
import type { WorkloadSource } from '@plimsoll/engine'
import { clearlyFails, judgeStep, type StepJudgement } from '@plimsoll/judgement'
import type {
  Caveat,
  PartSecond,
  Plan,
  PlannedConfiguration,
  ProgressListener,
  RecordFolder,
  RunRecord,
  SecondRecord,
  Stage,
  StretchRecord,
} from '@plimsoll/record'
import { Histogram } from '@plimsoll/statistics'
import type { Workload } from '@plimsoll/workload'
import { checkInvariants } from './invariant-check.ts'
import { breakWhile, startScalers, type PhaseEvents } from './phase-events.ts'
import { backlogNotDrained } from './part-wait.ts'
import { raiseRun, type RaisedRun } from './raised-run.ts'
import {
  blockOfStep,
  limitedStretch,
  phaseStretches,
  place,
  stepStretch,
  type Stretch,
} from './stretches.ts'
import {
  actionsPerSession,
  actionsToCount,
  describe,
  dueInAll,
  summarise,
  underWay,
} from './run-figures.ts'
import type { System } from './system.ts'
import { holdsFromCpu } from './starting-rung.ts'
import { warmUp } from './warm-up.ts'

/**
 * A step is judged when all that was due in it has ended: its time-outs, 10 s, and a moment to be told of them.
 * Most have ended long before; a bound above a second and a request that hangs need the patience.
 */
const patience_seconds = 11
const longestDrain_ms = 10_000

export interface LiveRunOptions {
  readonly plan: Plan
  readonly system: System
  readonly workload: Workload
  readonly source: WorkloadSource
  readonly configuration: PlannedConfiguration
  readonly repeat: number
  /** What the experiment is thought to take from here on. */
  readonly remaining_seconds: number
  /** The rate of the first step, from what the CPU suggests; sessions per second. */
  readonly firstStep: (guessed_per_second: number) => number
  /** The run before has been put away: nothing is measured while it is still being looked at. */
  readonly before: Promise<void>
  /** Data folders of the databases to start from, by part. */
  readonly templateFolders: Readonly<Record<string, string>>
  readonly records: RecordFolder
  readonly emit: ProgressListener
  readonly signal: AbortSignal
}

type ResumeOptions = Pick<LiveRunOptions, 'repeat' | 'firstStep' | 'before' | 'remaining_seconds'>

/** A run while it lives. Dispose it to put everything away and to close its records. */
export class LiveRun implements AsyncDisposable {
  #options: LiveRunOptions
  readonly #raised: RaisedRun
  readonly #attempts = new Map<number, number>()
  /** Of sessions that were not slowed: those of steps that held, before the first of the warm-up; µs. */
  readonly #sessionLengths = new Histogram()
  #guessed = Infinity

  private constructor(options: LiveRunOptions, raised: RaisedRun) {
    this.#options = options
    this.#raised = raised
  }

  /** Deploys the configuration, starts the engine, waits for the run before, warms up without limits, then sets them. */
  static async open(options: LiveRunOptions): Promise<LiveRun> {
    tell(options, 'deploying', describe(options.configuration))
    await using stack = new AsyncDisposableStack()
    const raised = await raiseRun(options)
    const run = stack.use(new LiveRun(options, raised))
    await options.before
    await run.#setUp()
    await run.#warmUp()
    stack.move()
    return run
  }

  /** Waits, as warm as it is, while other runs are played. */
  async pause(): Promise<void> {
    await this.#settle()
    this.#raised.watch.pause()
  }

  /** Goes on with another repeat on the same deployment; warm again when the run before has been put away. */
  async resume(next: ResumeOptions): Promise<void> {
    this.#options = { ...this.#options, ...next }
    this.#attempts.clear()
    tell(this.#options, 'warming-up', 'again')
    this.#raised.watch.resume()
    const { plan, workload, repeat, firstStep } = this.#options
    const first_step_per_second = firstStep(this.#guessed)
    const stretch = limitedStretch({ plan, workload, repeat, first_step_per_second })
    const { endedEarly } = await this.#play(stretch, { endEarly: true })
    if (endedEarly) await this.#drain()
    await next.before
  }

  /** `PostgreSQL 18.4`, `HAProxy 2.6.12`, … */
  get software(): readonly string[] {
    return this.#raised.deployment.software
  }

  get record(): RunRecord {
    return this.#raised.record
  }

  /** What the CPU used during the warm-up suggests that it carries, sessions per second. */
  get guessed_per_second(): number {
    return this.#guessed
  }

  /** Plays one rung and judges it; one that clearly fails is ended early. What does not hold is drained. */
  async step(rung: number): Promise<StepJudgement> {
    const { plan, repeat, workload } = this.#options
    const { checks, search } = plan
    const { record } = this.#raised
    const attempt = this.#attempts.get(rung) ?? 0
    this.#attempts.set(rung, attempt + 1)
    const stretch = stepStretch({
      plan,
      workload,
      rung,
      repeat,
      attempt,
      longestSession_ms: this.#sessionLengths.quantile(0.95) / 1e3,
      actionsPerSession: actionsPerSession(record),
      actionsToCount: actionsToCount(record, { checks, least_actions: search.least_actions }),
    })
    tell(
      this.#options,
      repeat === 1 ? 'searching' : 'repeating',
      `${Math.round(stretch.sessions_per_second)} sessions/s`,
    )
    const { record: step, endedEarly } = await this.#play(stretch, { endEarly: true })
    if (endedEarly) await this.#settle()
    const judged = await this.#judge(step)
    const judgement = endedEarly ? { ...judged, verdict: 'fails' as const, grows: false } : judged
    step.verdict = judgement.verdict
    step.why = judgement.why
    this.#tellStep(step)
    if (judgement.verdict === 'holds') this.#learnLengths()
    else if (!endedEarly) await this.#settle()
    return judgement
  }

  /** What the CPU used in the last step suggests that would hold as well, sessions per second. */
  get suggested_per_second(): number {
    const step = this.record.stretches.at(-1)
    return step === undefined ? 0 : holdsFromCpu(this.#countedParts(step), step.sessions_per_second)
  }

  /** Plays the phases as declared, scaled to the expected load. */
  async playPhases(): Promise<void> {
    const { plan, workload } = this.#options
    const perSession = actionsPerSession(this.record)
    const stretches = phaseStretches({ plan, workload, actionsPerSession: perSession })
    const [first] = stretches
    await using scalers = await startScalers(first, this.#events)
    for (const stretch of stretches) {
      tell(this.#options, 'playing-phases', stretch.name)
      await breakWhile(this.#play(stretch, { endEarly: false }), { stretch, events: this.#events })
    }
    await scalers.disposeAsync()
  }

  get #events(): PhaseEvents {
    const { deployment, record, engine } = this.#raised
    const { plan, configuration, signal } = this.#options
    const say = (text: string) => this.#say(text)
    return { plan, configuration, deployment, record, second: () => engine.second(), say, signal }
  }

  #say(text: string): void {
    const { emit, configuration } = this.#options
    emit({
      kind: 'note',
      text: `${configuration.name}, second ${Math.floor(this.#raised.engine.second())}: ${text}`,
    })
  }

  /** Ends the load; from here on the limits are off. */
  async endLoad(): Promise<void> {
    await this.#raised.engine.close()
    this.#options.signal.throwIfAborted()
    // A ledger that could not be written whole would accuse the system.
    this.#raised.throwTrouble()
    await this.#raised.deployment.unlimit()
  }

  /** Compares the system's data with the ledger. */
  async checkInvariants(): Promise<void> {
    const { plan, system, emit, repeat, configuration, signal } = this.#options
    const { deployment, ledgerFile, record } = this.#raised
    tell(this.#options, 'checking-invariants', Object.keys(system.invariants).join(', '))
    const drained = await this.#raised.parts.drained(signal)
    const { seed } = plan
    const results = await checkInvariants({ system, deployment, ledgerFile, seed, drained })
    record.invariants.push(...results)
    emit({ kind: 'invariants', configuration: configuration.name, repeat, results })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    tell(this.#options, 'putting-away', '')
    await this.#raised[Symbol.asyncDispose]()
  }

  async #setUp(): Promise<void> {
    const { workload, signal } = this.#options
    if (workload.setup.length === 0) return
    tell(this.#options, 'setting-up', workload.setup.map(({ what }) => what).join(', '))
    await this.#raised.engine.setUp(signal)
  }

  async #warmUp(): Promise<void> {
    const { system } = this.#options
    tell(this.#options, 'warming-up', 'without limits')
    const options = { ...this.#options, entry: system.entry, cores: availableParallelism() }
    this.#guessed = await warmUp(options, {
      play: (stretch, early) => this.#play(stretch, early),
      partsIn: (stretch) => this.#partsIn(stretch),
      drain: () => this.#drain(),
      limit: async () => {
        // Of the hot seconds: those under limits may overload the system and be ended early.
        this.#learnLengths()
        const { deployment } = this.#raised
        const caveats = [...deployment.caveats, ...(await deployment.limit())]
        for (const caveat of caveats) this.#caveat(caveat)
      },
    })
  }

  async #partsIn(stretch: StretchRecord): Promise<PartSecond[]> {
    const last = stretch.to_second - 1
    await this.#raised.parts.told(last, this.#options.signal)
    const counted_from_second = Math.min(stretch.counted_from_second, last)
    return this.#countedParts({ ...stretch, counted_from_second })
  }

  async #play(stretch: Stretch, { endEarly }: { endEarly: boolean }): Promise<Played> {
    const { engine, recorder } = this.#raised
    const { kind, name, rung, sessions_per_second, measured } = stretch
    const { repeat } = this.#options
    this.#options.signal.throwIfAborted()
    const soon = engine.second() + (stretch.settle_seconds === 0 ? 0 : 0.02)
    const { from_second, counted_from_second, to_second, request } = place(stretch, soon)
    const record = recorder.begin({
      kind,
      name,
      sessions_per_second,
      from_second,
      counted_from_second,
      measured,
      ...(rung === undefined ? {} : { rung }),
      ...(repeat === this.record.repeat ? {} : { repeat }),
      to_second,
    })
    recorder.sessionLengths.clear()
    const playing = engine.play(request)
    const endedEarly = endEarly && (await this.#endWhenHopeless(record, playing))
    const played = await playing
    this.#options.signal.throwIfAborted()
    this.#raised.throwTrouble()
    if (endedEarly) record.to_second = Math.min(record.to_second, Math.ceil(played.to_second))
    return { record, endedEarly }
  }

  /** True when the step was ended because no further second could have saved it. */
  async #endWhenHopeless(step: StretchRecord, playing: Promise<unknown>): Promise<boolean> {
    const { engine, recorder, record } = this.#raised
    const { plan, signal } = this.#options
    const ended = playing.then(() => 'ended' as const)
    for (;;) {
      const tick = sleep(500, 'tick' as const, { signal })
      if ((await Promise.race([ended, tick])) === 'ended') return false
      const seconds = this.#countedSeconds(step)
      const at_second = recorder.told_until_second
      const due_in_all = dueInAll(record, { step, at_second })
      if (clearlyFails({ seconds, checks: plan.checks, due_in_all, at_second })) {
        await engine.stop()
        return true
      }
    }
  }

  async #judge(step: StretchRecord): Promise<StepJudgement> {
    const { plan, repeat, signal } = this.#options
    const { engine } = this.#raised
    const deadline = step.to_second + patience_seconds
    while (engine.second() < deadline && underWay(this.#countedSeconds(step)) > 0) {
      await sleep(50, undefined, { signal })
    }
    await this.#raised.parts.backlogTold(step.to_second - 1, signal)
    return judgeStep({
      seconds: this.#countedSeconds(step),
      parts: this.#countedParts(step),
      checks: plan.checks,
      seed: blockOfStep({ plan, rung: step.rung ?? 0, repeat, attempt: 0 }),
      least_actions: plan.search.least_actions,
    })
  }

  /** Waits until no session is left; not when it is interrupted. */
  async #drain(): Promise<void> {
    const { signal } = this.#options
    const drained = this.#raised.engine.drain({ within_ms: longestDrain_ms })
    const interrupted = sleep(2 * longestDrain_ms, undefined, { signal, ref: false })
    await Promise.race([drained, interrupted])
  }

  /** After an overload: no session is left, and no work that waits. */
  async #settle(): Promise<void> {
    await this.#drain()
    if (await this.#raised.parts.drained(this.#options.signal)) return
    if (this.record.caveats.some(({ code }) => code === 'backlog-not-drained')) return
    this.#caveat(backlogNotDrained)
  }

  /** An overload makes sessions long, and every step after it would settle for as long; a warm-up may be one. */
  #learnLengths(): void {
    const held = this.record.stretches.filter(({ verdict }) => verdict === 'holds')
    if (held.length === 1) this.#sessionLengths.clear()
    this.#sessionLengths.add(this.#raised.recorder.sessionLengths)
  }

  #countedSeconds(stretch: StretchRecord): SecondRecord[] {
    return this.record.seconds.slice(stretch.counted_from_second, stretch.to_second)
  }

  #countedParts({ counted_from_second, to_second }: StretchRecord): PartSecond[] {
    return this.record.parts.filter(
      ({ second }) => second >= counted_from_second && second < to_second,
    )
  }

  #caveat(caveat: Caveat): void {
    const { emit, configuration } = this.#options
    this.record.caveats.push(caveat)
    emit({ kind: 'caveat', configuration: configuration.name, caveat })
  }

  #tellStep(step: StretchRecord): void {
    const { emit, configuration, repeat } = this.#options
    const { p99_ms } = summarise(this.#countedSeconds(step))
    emit({
      kind: 'step-ended',
      configuration: configuration.name,
      repeat,
      rung: step.rung ?? 0,
      sessions_per_second: step.sessions_per_second,
      actions_per_second: step.sessions_per_second * actionsPerSession(this.record),
      verdict: step.verdict ?? 'inconclusive',
      p99_ms,
      why: step.why ?? [],
    })
  }
}

interface Played {
  readonly record: StretchRecord
  readonly endedEarly: boolean
}

function tell(options: LiveRunOptions, stage: Stage, detail: string): void {
  const { emit, configuration, repeat } = options
  const begins = stage === 'deploying' || stage === 'warming-up'
  const remaining_seconds = begins ? options.remaining_seconds : null
  emit({
    kind: 'stage',
    stage,
    configuration: configuration.name,
    repeat,
    detail,
    remaining_seconds,
  })
}
