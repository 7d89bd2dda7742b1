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
import { findEdge, nextRung, windowAround, type Edge, type Tried } from './search/index.ts'
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
    const { run, edge, actionsPerSession } = await searchOnce(options, {
      configuration,
      templateFolders,
      edges,
    })
    runs.push(run)
    edges.push({ configuration, edge, actionsPerSession })
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

async function searchOnce(
  options: ExecuteOptions,
  {
    configuration,
    templateFolders,
    edges,
  }: {
    configuration: PlannedConfiguration
    templateFolders: Templates
    edges: readonly FoundEdge[]
  },
): Promise<{ run: RunRecord; edge: Edge; actionsPerSession: number }> {
  const { plan } = options
  const rungs = plan.search.ladder_sessions_per_second.length
  await using run = await LiveRun.open(
    runOptions(options, { configuration, templateFolders, repeat: 1, edges }),
  )
  const edge = await findEdge({
    rungs,
    start: startingRung({
      ...{ plan, configuration, edges, entry: options.experiment.system.entry },
      actionsPerSession: run.actionsPerSession,
    }),
    measure: async ({ rung }) => (await run.step(rung)).verdict,
  })
  await run.playPhases()
  const { actionsPerSession } = run
  await run.checkInvariants()
  return { run: run.record, edge, actionsPerSession }
}

async function repeatEdge(
  options: ExecuteOptions,
  {
    found,
    templateFolders,
    repeat,
  }: { found: FoundEdge; templateFolders: Templates; repeat: number },
): Promise<RunRecord | undefined> {
  const { plan } = options
  const rungs = plan.search.ladder_sessions_per_second.length
  const around = plan.quick ? { below: 0, above: 0 } : { below: 1, above: 1 }
  const window = windowAround(found.edge, { rungs, ...around })
  if (window === null) return undefined
  const { configuration } = found
  await using run = await LiveRun.open(
    runOptions(options, { configuration, templateFolders, repeat, edges: [found] }),
  )
  const tried: Tried[] = []
  for (;;) {
    const rung = nextRung({ window, tried, rungs })
    if (rung === null) break
    tried.push({ repeat, rung, verdict: (await run.step(rung)).verdict })
  }
  await run.checkInvariants()
  return run.record
}

function runOptions(
  { experiment, plan, source, records, emit, signal }: ExecuteOptions,
  {
    configuration,
    templateFolders,
    repeat,
    edges,
  }: {
    configuration: PlannedConfiguration
    templateFolders: Templates
    repeat: number
    edges: readonly FoundEdge[]
  },
) {
  const { system, workload } = experiment
  const ladder = plan.search.ladder_sessions_per_second
  const start = startingRung({
    plan,
    entry: system.entry,
    configuration,
    edges,
    actionsPerSession: 2,
  })
  const warmUpSessions_per_second = ladder[Math.min(start, nearestRung(ladder, 200))]!
  return {
    ...{
      plan,
      system,
      workload,
      source,
      configuration,
      repeat,
      templateFolders,
      records,
      emit,
      signal,
    },
    warmUpSessions_per_second,
  }
}
