// The one impure arrow: Plan → Records. Every configuration is searched once, then its edge is repeated,
// interleaved, so that a drift of the machine falls on all of them alike.

import type { WorkloadSource } from '@plimsoll/engine'
import type {
  Environment,
  ExperimentRecord,
  Plan,
  PlannedConfiguration,
  ProgressListener,
  RecordFolder,
  RunRecord,
} from '@plimsoll/record'
import type { Experiment } from './experiment.ts'
import { LiveRun } from './live-run.ts'
import { prepareTemplate } from './platform/index.ts'
import { findEdge, nextRung, windowAround, type Tried } from './search/index.ts'
import { startingRung, type FoundEdge } from './starting-rung.ts'

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
  const { plan, experiment, records, environment, emit, signal } = options
  await records.writePlan(plan, environment)
  const onProgress = (detail: string) =>
    emit({
      kind: 'stage',
      stage: 'preparing',
      configuration: null,
      repeat: null,
      detail,
      remaining_seconds: null,
    })
  const templateFolders = await prepareTemplate({
    system: experiment.system,
    seed: plan.seed,
    onProgress,
    signal,
  })
  const runs: RunRecord[] = []
  const edges: FoundEdge[] = []
  for (const configuration of plan.configurations) {
    const { run, found } = await searchOnce(options, { configuration, templateFolders, edges })
    runs.push(run)
    edges.push(found)
  }
  for (let repeat = 2; repeat <= plan.search.repeats; repeat += 1) {
    for (const found of edges) {
      const run = await repeatEdge(options, { found, templateFolders, repeat })
      if (run !== undefined) runs.push(run)
    }
  }
  return { plan, environment, runs }
}

type Templates = Readonly<Record<string, string>>

/** The first run of a configuration: finds its edge, then plays the phases at the expected load. */
async function searchOnce(
  options: ExecuteOptions,
  place: {
    readonly configuration: PlannedConfiguration
    readonly templateFolders: Templates
    readonly edges: readonly FoundEdge[]
  },
): Promise<{ run: RunRecord; found: FoundEdge }> {
  const { configuration, templateFolders, edges } = place
  const ladder = options.plan.search.ladder_sessions_per_second
  await using run = await LiveRun.open({
    ...liveOptions(options),
    configuration,
    templateFolders,
    repeat: 1,
  })
  const { guessed_per_second } = run
  const edge = await findEdge({
    rungs: ladder.length,
    start: startingRung({ ladder, guessed_per_second, edges }),
    measure: async ({ rung }) => (await run.step(rung)).verdict,
  })
  await run.playPhases()
  await run.checkInvariants()
  return { run: run.record, found: { configuration, edge, guessed_per_second } }
}

/** A later run: the rungs around the edge, once each. Undefined when no edge was found. */
async function repeatEdge(
  options: ExecuteOptions,
  place: {
    readonly found: FoundEdge
    readonly templateFolders: Templates
    readonly repeat: number
  },
): Promise<RunRecord | undefined> {
  const { found, templateFolders, repeat } = place
  const { plan } = options
  const rungs = plan.search.ladder_sessions_per_second.length
  const around = plan.quick ? { below: 0, above: 0 } : { below: 1, above: 1 }
  const window = windowAround(found.edge, { rungs, ...around })
  if (window === null) return undefined
  const { configuration } = found
  await using run = await LiveRun.open({
    ...liveOptions(options),
    configuration,
    templateFolders,
    repeat,
  })
  const tried: Tried[] = []
  for (;;) {
    const rung = nextRung({ window, tried, rungs })
    if (rung === null) break
    tried.push({ repeat, rung, verdict: (await run.step(rung)).verdict })
  }
  await run.checkInvariants()
  return run.record
}

function liveOptions({ experiment, plan, source, records, emit, signal }: ExecuteOptions) {
  const { system, workload } = experiment
  return { plan, system, workload, source, records, emit, signal }
}
