// The one impure arrow: Plan → Records. Every configuration is searched once, then its edge is repeated,
// interleaved, so that a drift of the machine falls on all of them alike. While the invariants of one run are
// examined the next one is raised; nothing is played before the last has been put away. Where the plan keeps
// configurations deployed, their runs wait instead, each as warm as it is, until it is their turn again.

import type { WorkloadSource } from '@plimsoll/engine'
import { bisectionOf, configurationWithBoot, judge } from '@plimsoll/judgement'
import type {
  Environment,
  ExperimentRecord,
  Plan,
  PlannedBisection,
  PlannedConfiguration,
  ProgressListener,
  RecordFolder,
  RunRecord,
  Verdict,
} from '@plimsoll/record'
import type { Experiment } from './experiment.ts'
import { LiveRun, type LiveRunOptions } from './live-run.ts'
import { prepareTemplate } from './platform/index.ts'
import { RemainingTime } from './remaining-time.ts'
import { requireActions } from './require-actions.ts'
import { bisect, findEdge, repeatEdge, windowAround, type Measure } from './search/index.ts'
import { nearestRung, startingRung, type FoundEdge } from './starting-rung.ts'

export interface ExecuteOptions {
  readonly experiment: Experiment
  readonly plan: Plan
  readonly source: WorkloadSource
  readonly records: RecordFolder
  readonly environment: Environment
  readonly emit: ProgressListener
  readonly signal: AbortSignal
}

/** Plays the whole plan. What was played stays in `records`, whatever happens later. */
export async function executeExperiment(options: ExecuteOptions): Promise<ExperimentRecord> {
  const { plan, records, environment } = options
  await records.writePlan(plan, environment)
  await using execution = new Execution(options, await prepareData(options))
  if (plan.plays === 'phases') {
    for (let repeat = 1; repeat <= plan.search.repeats; repeat += 1) {
      for (const configuration of plan.configurations) await execution.phases(configuration, repeat)
    }
    if (plan.bisection !== undefined) await execution.bisect(plan.bisection)
    await execution.ended
    return execution.record
  }
  let edges: FoundEdge[] = []
  for (const configuration of plan.configurations) {
    edges.push(await execution.search(configuration, edges))
  }
  for (let repeat = 2; repeat <= plan.search.repeats; repeat += 1) {
    const found: FoundEdge[] = []
    // There and back, so that a drift of the machine favours nobody.
    for (const edge of edges.toReversed()) found.push(await execution.repeat(edge, repeat))
    edges = found
  }
  await execution.ended
  return execution.record
}

type RunPlace = Pick<LiveRunOptions, 'configuration' | 'repeat'> & {
  /** Default: the whole one. */
  readonly plan?: Plan
}

type Templates = Readonly<Record<string, string>>

async function prepareData({ experiment, plan, emit, signal }: ExecuteOptions): Promise<Templates> {
  const { system } = experiment
  const concerns = { configuration: null, repeat: null, remaining_seconds: null }
  const onProgress = (detail: string) =>
    emit({ kind: 'stage', stage: 'preparing', ...concerns, detail: detail.trim() })
  return prepareTemplate({ system, seed: plan.seed, onProgress, signal })
}

function measuredBy(run: LiveRun): Measure {
  return async ({ rung }) => {
    const { verdict, grows } = await run.step(rung)
    return grows ? 'growing' : verdict
  }
}

/** The runs of one experiment, one after the other. */
class Execution implements AsyncDisposable {
  readonly #options: ExecuteOptions
  readonly #templateFolders: Templates
  readonly #remaining: RemainingTime
  readonly #runs: RunRecord[] = []
  /** Runs that wait for their next repeat, by configuration. */
  readonly #waiting = new Map<string, LiveRun>()
  #environment: Environment
  #ended: Promise<void> = Promise.resolve()
  #since = performance.now()

  constructor(options: ExecuteOptions, templateFolders: Templates) {
    this.#options = options
    this.#templateFolders = templateFolders
    this.#remaining = new RemainingTime(options.plan)
    this.#environment = options.environment
  }

  get record(): ExperimentRecord {
    const waiting = [...this.#waiting.values()].map((run) => run.record)
    const runs = [...this.#runs, ...waiting]
    return { plan: this.#options.plan, environment: this.#environment, runs }
  }

  /** Resolves when the last run has been examined and put away. */
  get ended(): Promise<void> {
    return this.#ended
  }

  /** The first repeat of a configuration: finds its edge, then plays the phases where no other follows on its deployment. */
  async search(
    configuration: PlannedConfiguration,
    edges: readonly FoundEdge[],
  ): Promise<FoundEdge> {
    const ladder = this.#options.plan.search.ladder_sessions_per_second
    const start = (guessed_per_second: number) =>
      startingRung({ ladder, guessed_per_second, edges })
    const firstStep = (guessed_per_second: number) => ladder[start(guessed_per_second)] as number
    return this.#run({ configuration, repeat: 1, firstStep }, async (run) => {
      const { guessed_per_second } = run
      const edge = await findEdge({
        ladder,
        start: start(guessed_per_second),
        measure: measuredBy(run),
        suggest: () => nearestRung(ladder, run.suggested_per_second),
      })
      if (!this.#waits(1)) await run.playPhases()
      return { configuration, edge, guessed_per_second }
    })
  }

  /** No search: the phases at the expected load. */
  async phases(configuration: PlannedConfiguration, repeat: number): Promise<void> {
    const firstStep = (guessed_per_second: number) => guessed_per_second
    await this.#run({ configuration, repeat, firstStep }, (run) => run.playPhases())
  }

  /** Which boot delay would have been enough: each is tried in a run of its own. */
  async bisect({
    configuration: name,
    part,
    from_ms,
    to_ms,
    within_ms,
  }: PlannedBisection): Promise<void> {
    const { plan, emit } = this.#options
    const planned = plan.configurations.find((each) => each.name === name)
    if (planned === undefined) return
    const phases = plan.phases.filter(({ quick }) => quick !== false)
    const measure = async (value: number): Promise<Verdict> => {
      const boot_ms = Math.round(value)
      const configuration = configurationWithBoot(planned, { part, boot_ms })
      const own = this.#runs.filter((run) => run.configuration === configuration.name)
      const firstStep = (guessed_per_second: number) => guessed_per_second
      const place = { configuration, repeat: own.length + 1, plan: { ...plan, phases }, firstStep }
      await this.#run(place, (run) => run.playPhases())
      // Judged when it has been examined.
      await this.#ended
      const tried = bisectionOf(this.record)?.tried.find((one) => one.boot_ms === boot_ms)
      const verdict = tried?.verdict ?? 'inconclusive'
      emit({ kind: 'note', text: `${name}: a boot delay of ${boot_ms / 1_000} s ${verdict}` })
      return verdict
    }
    await bisect({ from: from_ms, to: to_ms, within: within_ms, measure })
  }

  /**
   * A later repeat: the rungs around the edge that was found last, once each, none when there was none; then the
   * phases, if they were not played. Resolves to the edge it found.
   */
  async repeat(found: FoundEdge, repeat: number): Promise<FoundEdge> {
    const { configuration, edge } = found
    const { quick, search } = this.#options.plan
    const ladder = search.ladder_sessions_per_second
    const window = windowAround(edge, { ladder, quick })
    const phasesFollow = this.#waiting.has(configuration.name) && !this.#waits(repeat)
    if (window === null && !phasesFollow) return found
    const lowest = window?.lowest ?? edge.highest_held ?? 0
    const firstStep = () => ladder[lowest] as number
    return this.#run({ configuration, repeat, firstStep }, async (run) => {
      const measure = measuredBy(run)
      const next = window === null ? null : await repeatEdge({ window, ladder, repeat, measure })
      if (phasesFollow) await run.playPhases()
      return { ...found, edge: next ?? edge }
    })
  }

  /** Whether a run waits for another repeat when this one has been played. */
  #waits(repeat: number): boolean {
    const { kept_deployed = false, repeats } = this.#options.plan.search
    return kept_deployed && repeat < repeats
  }

  async #run<Result>(
    { firstStep, ...place }: RunPlace & Pick<LiveRunOptions, 'firstStep'>,
    play: (run: LiveRun) => Promise<Result>,
  ): Promise<Result> {
    const { experiment, plan, source, records, emit, signal } = this.#options
    const { system, workload } = experiment
    const { name } = place.configuration
    const before = this.#ended
    await using stack = new AsyncDisposableStack()
    const waiting = this.#waiting.get(name)
    this.#waiting.delete(name)
    if (waiting !== undefined) stack.use(waiting)
    const opened = {
      firstStep,
      plan,
      ...place,
      system,
      workload,
      source,
      records,
      emit,
      signal,
      templateFolders: this.#templateFolders,
      remaining_seconds: this.#remaining.seconds,
      before,
    }
    const run = waiting ?? stack.use(await LiveRun.open(opened))
    await waiting?.resume(opened)
    requireActions(run.record)
    const result = await play(run)
    const waits = this.#waits(place.repeat)
    if (!waits) await run.endLoad()
    const now = performance.now()
    this.#remaining.ended(place.repeat === 1 ? 'search' : 'repeat', (now - this.#since) / 1_000)
    this.#since = now
    if (waits) {
      await run.pause()
      this.#waiting.set(name, run)
      stack.move()
      await this.#tell(run, place)
    } else {
      this.#ended = this.#end(run, { place, stack: stack.move() })
      // It is awaited by the next run or at the end.
      this.#ended.catch(() => undefined)
    }
    return result
  }

  /** Examines what a run left behind, then puts it away. */
  async #end(
    run: LiveRun,
    { place, stack }: { place: RunPlace; stack: AsyncDisposableStack },
  ): Promise<void> {
    await using _raised = stack
    await run.checkInvariants()
    this.#runs.push(run.record)
    await this.#tell(run, place)
  }

  async #tell(run: LiveRun, place: RunPlace): Promise<void> {
    await this.#name(run.software)
    this.#tellLoadLine(place)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ended.catch(() => undefined)
    const waiting = [...this.#waiting.values()]
    await Promise.allSettled(waiting.map((run) => run[Symbol.asyncDispose]()))
  }

  /** The environment names what took part as soon as it is known. */
  async #name(software: readonly string[]): Promise<void> {
    if (this.#environment.software.length > 0) return
    this.#environment = { ...this.#environment, software }
    await this.#options.records.writePlan(this.#options.plan, this.#environment)
  }

  #tellLoadLine({ configuration, repeat }: RunPlace) {
    const judged = judge(this.record).configurations.find(({ name }) => name === configuration.name)
    if (judged === undefined) return
    this.#options.emit({
      kind: 'load-line',
      configuration: configuration.name,
      per_second: judged.load_line_per_second,
      final: repeat === this.#options.plan.search.repeats,
    })
  }
}
