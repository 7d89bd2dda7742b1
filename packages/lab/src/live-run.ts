// One workload on one configuration, once: deployed, warmed up, limited, then played stretch by stretch
// while every second of it is recorded. It knows how to play and to put away, not what to play next.

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startEngine, type Engine, type WorkloadSource } from '@plimsoll/engine'
import { clearlyFails, judgeStep, type StepJudgement } from '@plimsoll/judgement'
import {
  Recorder,
  type Caveat,
  type Plan,
  type PlannedConfiguration,
  type ProgressListener,
  type RecordFolder,
  type RunRecord,
  type SecondRecord,
  type Stage,
  type StretchRecord,
} from '@plimsoll/record'
import type { Workload } from '@plimsoll/workload'
import { checkInvariants } from './invariant-check.ts'
import { deploy, type Deployment } from './platform/index.ts'
import {
  blockOfStep,
  phaseStretches,
  stepStretch,
  warmUpStretch,
  type Stretch,
} from './stretches.ts'
import { describe, emptyRecord, summarise, sumOf, underWay } from './run-figures.ts'
import { guessFromCpu } from './starting-rung.ts'
import { SecondWatch } from './second-watch.ts'
import type { System } from './system.ts'

/** How long answers may still come after a step before they count as infinitely late. */
const grace_ms = 1_000
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
  /** Data folders of the databases to start from, by part. */
  readonly templateFolders: Readonly<Record<string, string>>
  readonly records: RecordFolder
  readonly emit: ProgressListener
  readonly signal: AbortSignal
}

interface Resources {
  readonly deployment: Deployment
  readonly engine: Engine
  readonly recorder: Recorder
  readonly record: RunRecord
  readonly ledgerFile: string
  /** What the engine could not do: the run is spoilt. */
  readonly troubles: readonly Error[]
  readonly stack: AsyncDisposableStack
}

/** A run while it lives. Dispose it to put everything away and to close its records. */
export class LiveRun implements AsyncDisposable {
  readonly #options: LiveRunOptions
  readonly #resources: Resources
  readonly #attempts = new Map<number, number>()
  #guessed = Infinity

  private constructor(options: LiveRunOptions, resources: Resources) {
    this.#options = options
    this.#resources = resources
  }

  /** Deploys the configuration, starts the engine, warms up without limits, then sets them. */
  static async open(options: LiveRunOptions): Promise<LiveRun> {
    await using stack = new AsyncDisposableStack()
    const { plan, system, configuration, repeat, records, source, signal } = options
    tell(options, 'deploying', describe(configuration))
    const runFolder = await records.runPath({ configuration: configuration.name, repeat })
    const deployment = stack.use(
      await deploy({
        system,
        configuration,
        runFolder,
        limits: 'set',
        templateFolders: options.templateFolders,
      }),
    )
    const recorder = new Recorder()
    const troubles: Error[] = []
    const record = emptyRecord({
      configuration: configuration.name,
      repeat,
      recorder,
      balancer: deployment.balancer,
      started_at: new Date().toISOString(),
    })
    const writer = stack.use(await records.openRun(record))
    const ledgerFile = join(runFolder, 'ledger.ndjson')
    const engine = stack.use(
      await startEngine({
        source,
        targets: [deployment.url],
        seed: plan.seed,
        ledgerFile,
        onBatch: (batch) => recorder.absorb(batch),
        onTrouble: (error) => troubles.push(error),
      }),
    )
    signal.addEventListener('abort', () => void engine.stop().catch(() => {}), { once: true })
    const { emit } = options
    stack.use(new SecondWatch({ deployment, engine, recorder, record, writer, emit }))
    const run = new LiveRun(options, {
      deployment,
      engine,
      recorder,
      record,
      ledgerFile,
      troubles,
      stack: stack.move(),
    })
    try {
      await run.#warmUp()
    } catch (error) {
      await run[Symbol.asyncDispose]()
      throw error
    }
    return run
  }

  /** `PostgreSQL 18.4`, `HAProxy 2.6.12`, … */
  get software(): readonly string[] {
    return this.#resources.deployment.software
  }

  get record(): RunRecord {
    return this.#resources.record
  }

  /** What the CPU used during the warm-up suggests that it carries, sessions per second. */
  get guessed_per_second(): number {
    return this.#guessed
  }

  /** Actions that one session makes on average, so far. */
  get actionsPerSession(): number {
    const { started } = this.#resources.recorder.sessions
    const due = sumOf(this.record.seconds, (action) => action.due - action.dropped)
    return started === 0 || due === 0 ? 1 : due / started
  }

  /** Plays one rung and judges it; one that clearly fails is ended early and drained. */
  async step(rung: number): Promise<StepJudgement> {
    const { plan, repeat, workload } = this.#options
    const { engine, recorder } = this.#resources
    const attempt = this.#attempts.get(rung) ?? 0
    this.#attempts.set(rung, attempt + 1)
    const stretch = stepStretch({
      plan,
      workload,
      rung,
      repeat,
      attempt,
      longestSession_ms: recorder.sessionLengths.quantile(0.95) / 1e3,
      actionsPerSession: this.actionsPerSession,
    })
    tell(
      this.#options,
      repeat === 1 ? 'searching' : 'repeating',
      `${Math.round(stretch.sessions_per_second)} sessions/s`,
    )
    const { record, endedEarly } = await this.#play(stretch, { endEarly: true })
    const judged = await this.#judge(record)
    const judgement = endedEarly ? { ...judged, verdict: 'fails' as const } : judged
    record.verdict = judgement.verdict
    record.why = judgement.why
    this.#tellStep(record)
    if (judgement.verdict !== 'holds') await engine.drain({ within_ms: longestDrain_ms })
    return judgement
  }

  /** Plays the phases as declared, scaled to the expected load. */
  async playPhases(): Promise<void> {
    const { plan, workload } = this.#options
    const { actionsPerSession } = this
    for (const stretch of phaseStretches({ plan, workload, actionsPerSession })) {
      tell(this.#options, 'playing-phases', stretch.name)
      await this.#play(stretch, { endEarly: false })
    }
    await sleep(grace_ms, undefined, { signal: this.#options.signal })
  }

  /** Ends the load, then compares the system's data with the ledger. */
  async checkInvariants(): Promise<void> {
    const { plan, system, emit, repeat, configuration } = this.#options
    const { engine, deployment, ledgerFile, record } = this.#resources
    tell(this.#options, 'checking-invariants', Object.keys(system.invariants).join(', '))
    await engine.close()
    await deployment.unlimit()
    const results = await checkInvariants({
      system,
      url: deployment.url,
      addresses: addressesOf(deployment),
      ledgerFile,
      seed: plan.seed,
    })
    record.invariants.push(...results)
    emit({ kind: 'invariants', configuration: configuration.name, repeat, results })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    tell(this.#options, 'putting-away', '')
    await this.#resources.stack.disposeAsync()
  }

  async #warmUp(): Promise<void> {
    const { plan, workload, configuration } = this.#options
    tell(this.#options, 'warming-up', 'without limits')
    const { entry } = this.#options.system
    const { instances = 1 } = configuration.parts.find(({ part }) => part === entry) ?? {}
    const stretch = warmUpStretch({ plan, workload, instances })
    await this.#play(stretch, { endEarly: false })
    await this.#resources.engine.drain({ within_ms: longestDrain_ms })
    const { sessions_per_second } = stretch
    const { parts } = this.record
    this.#guessed = guessFromCpu({ parts, configuration, sessions_per_second })
    for (const caveat of await this.#resources.deployment.limit()) this.#caveat(caveat)
  }

  async #play(stretch: Stretch, { endEarly }: { endEarly: boolean }): Promise<Played> {
    const { engine, recorder } = this.#resources
    const { kind, name, rung, sessions_per_second, settle_seconds, measured } = stretch
    this.#options.signal.throwIfAborted()
    const from_second = Math.ceil(engine.second() + 0.02)
    const counted_from_second = from_second + settle_seconds
    const record = recorder.begin({
      kind,
      name,
      sessions_per_second,
      from_second,
      counted_from_second,
      measured,
      ...(rung === undefined ? {} : { rung }),
      to_second: counted_from_second + stretch.counted_seconds,
    })
    const playing = engine.play({ ...stretch.play, second: from_second })
    const endedEarly = endEarly && (await this.#endWhenHopeless(record, playing))
    await playing
    this.#options.signal.throwIfAborted()
    for (const trouble of this.#resources.troubles) throw trouble
    if (endedEarly) record.to_second = Math.min(record.to_second, Math.ceil(engine.second()))
    return { record, endedEarly }
  }

  /** True when the step was ended because no further second could have saved it. */
  async #endWhenHopeless(step: StretchRecord, playing: Promise<unknown>): Promise<boolean> {
    const { engine } = this.#resources
    const { plan, signal } = this.#options
    const ended = playing.then(() => 'ended' as const)
    for (;;) {
      const tick = sleep(500, 'tick' as const, { signal })
      if ((await Promise.race([ended, tick])) === 'ended') return false
      const due_in_all =
        step.sessions_per_second *
        this.actionsPerSession *
        (step.to_second - step.counted_from_second)
      const seconds = this.#countedSeconds(step)
      const at_second = engine.second()
      if (clearlyFails({ seconds, checks: plan.checks, due_in_all, at_second })) {
        await engine.stop()
        return true
      }
    }
  }

  async #judge(step: StretchRecord): Promise<StepJudgement> {
    const { plan, repeat, signal } = this.#options
    const { engine } = this.#resources
    const deadline = engine.second() + grace_ms / 1_000
    while (engine.second() < deadline && underWay(this.#countedSeconds(step)) > 0) {
      await sleep(50, undefined, { signal })
    }
    return judgeStep({
      seconds: this.#countedSeconds(step),
      checks: plan.checks,
      seed: blockOfStep({ plan, rung: step.rung ?? 0, repeat, attempt: 0 }),
      least_actions: plan.search.least_actions,
    })
  }

  #countedSeconds(stretch: StretchRecord): SecondRecord[] {
    return this.record.seconds.slice(stretch.counted_from_second, stretch.to_second)
  }

  #caveat(caveat: Caveat): void {
    const { emit, configuration } = this.#options
    this.record.caveats.push(caveat)
    emit({ kind: 'caveat', configuration: configuration.name, caveat })
  }

  #tellStep(step: StretchRecord): void {
    const { emit, configuration, repeat } = this.#options
    const seconds = this.#countedSeconds(step)
    const all = summarise(seconds)
    emit({
      kind: 'step-ended',
      configuration: configuration.name,
      repeat,
      rung: step.rung ?? 0,
      sessions_per_second: step.sessions_per_second,
      actions_per_second: all.due / Math.max(1, seconds.length),
      verdict: step.verdict ?? 'inconclusive',
      p99_ms: all.p99_ms,
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
  const remaining_seconds = stage === 'deploying' ? options.remaining_seconds : null
  emit({
    kind: 'stage',
    stage,
    configuration: configuration.name,
    repeat,
    detail,
    remaining_seconds,
  })
}

/** The first instance of each part. */
function addressesOf({ instances }: Deployment): Record<string, { url: string }> {
  const first = instances.filter(({ instance }) => instance === 0)
  return Object.fromEntries(first.map(({ part, url }) => [part, { url }]))
}
