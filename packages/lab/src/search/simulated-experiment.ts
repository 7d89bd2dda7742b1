// A whole experiment against simulated servers: the same search, the same judge, a virtual clock. What comes
// out is an ordinary record, so the proof goes through every line that a real one does.

import { clearlyFails, factorOf, judgeStep } from '@plimsoll/judgement'
import type {
  ExperimentRecord,
  Plan,
  PlannedConfiguration,
  RunRecord,
  SecondRecord,
  StretchRecord,
  Verdict,
} from '@plimsoll/record'
import { findEdge, type Edge, type Measure, type Outcome } from './find-edge.ts'
import { searchRules } from '../planning.ts'
import { repeatEdge, windowAround } from './repeat-rungs.ts'
import { simulatedQueue, type SimulatedQueue, type SimulatedServer } from './simulated-server.ts'

const lowest_per_second = 20
const highest_per_second = 7_000
const settle_seconds = 2

/** Servers by configuration, and what is asked of them. */
export interface SimulatedExperiment {
  readonly servers: Readonly<Record<string, SimulatedServer>>
  /** The one check: response time p99 below this. */
  readonly limit_ms: number
  readonly seed: number
  readonly quick: boolean
  /** By the rules of repeats that share a deployment, though what deployments differ by is not simulated. */
  readonly isKept?: boolean
  readonly expected_per_second: number
  /** Where the search begins. */
  readonly start_per_second: number
}

/** Searches and repeats every configuration, interleaved. */
export async function simulateExperiment(
  experiment: SimulatedExperiment,
): Promise<ExperimentRecord> {
  const plan = planOf(experiment)
  const { quick, start_per_second } = experiment
  const ladder = plan.search.ladder_sessions_per_second
  const start = Math.round(
    Math.log(start_per_second / lowest_per_second) / Math.log(factorOf(ladder)),
  )
  const runs: RunRecord[] = []
  const edges = new Map<string, Edge>()
  for (const name of Object.keys(experiment.servers)) {
    const run = simulatedRun({ experiment, plan, name, repeat: 1 })
    edges.set(name, await findEdge({ ladder, start, measure: run.measure }))
    runs.push(run.record)
  }
  for (let repeat = 2; repeat <= plan.search.repeats; repeat += 1) {
    for (const [name, edge] of edges) {
      const window = windowAround(edge, { ladder, quick })
      if (window === null) continue
      const run = simulatedRun({ experiment, plan, name, repeat })
      const found = await repeatEdge({ window, ladder, repeat, measure: run.measure })
      edges.set(name, found ?? edge)
      runs.push(run.record)
    }
  }
  return { plan, environment, runs }
}

function simulatedRun({
  experiment,
  plan,
  name,
  repeat,
}: {
  experiment: SimulatedExperiment
  plan: Plan
  name: string
  repeat: number
}): { record: RunRecord; measure: Measure } {
  const { servers, seed } = experiment
  const server = servers[name] as SimulatedServer
  const number = Object.keys(servers).indexOf(name)
  const queue = simulatedQueue(server, { seed: (seed * 100 + repeat) * 10 + number })
  const record = emptyRun(name, repeat)
  return { record, measure: async ({ rung }) => playStep({ plan, rung, queue, record }) }
}

function playStep({
  plan,
  rung,
  queue,
  record,
}: {
  plan: Plan
  rung: number
  queue: SimulatedQueue
  record: RunRecord
}): Outcome {
  const { checks, seed, search } = plan
  const rate = search.ladder_sessions_per_second[rung] as number
  const play = () => {
    const second = queue.second(rate)
    record.seconds.push(second)
    return second
  }
  const from_second = record.seconds.length
  for (let n = 0; n < settle_seconds; n += 1) play()
  const counted = Math.max(search.counted_seconds, Math.ceil((1.1 * search.counted_actions) / rate))
  const seconds: SecondRecord[] = []
  let verdict: Verdict | null = null
  while (seconds.length < counted && verdict === null) {
    seconds.push(play())
    // Every answer is known at once here, so nothing is under way.
    const at_second = record.seconds.length
    const due_in_all = rate * counted
    if (clearlyFails({ seconds, checks, due_in_all, at_second })) verdict = 'fails'
  }
  const { least_actions } = search
  const judged = judgeStep({ seconds, checks, seed: seed + rung, least_actions })
  const grows = verdict === null && judged.grows
  verdict ??= judged.verdict
  if (verdict !== 'holds') queue.drain()
  const to_second = record.seconds.length
  const counted_from_second = from_second + settle_seconds
  record.stretches.push(
    stretchOf({ rung, rate, from_second, counted_from_second, to_second, verdict }),
  )
  return grows ? 'growing' : verdict
}

function stretchOf({
  rung,
  rate,
  ...rest
}: {
  rung: number
  rate: number
  from_second: number
  counted_from_second: number
  to_second: number
  verdict: Verdict
}): StretchRecord {
  const names = { kind: 'step', name: `rung ${rung}`, rung } as const
  return { ...names, ...rest, sessions_per_second: rate, measured: true, actions: new Map() }
}

function simulatedLadder(factor: number): number[] {
  const rungs = Math.round(Math.log(highest_per_second / lowest_per_second) / Math.log(factor))
  return Array.from({ length: rungs }, (_, n) => lowest_per_second * factor ** n)
}

function planOf(experiment: SimulatedExperiment): Plan {
  const { servers, limit_ms, seed, quick, isKept = false, expected_per_second } = experiment
  const rules = searchRules({ quick, isKept })
  const configurations: PlannedConfiguration[] = Object.keys(servers).map((name) => ({
    name,
    parts: [],
    cost_per_hour_usd: 0.1,
  }))
  return {
    format: 'plimsoll-plan/1',
    experiment: 'simulated',
    question: 'What does it take?',
    system: 'queue',
    seed,
    quick,
    scale: 1,
    configurations,
    personas: [],
    phases: [],
    setup: [],
    pauses_share: 1,
    max_sessions: 10_000,
    checks: [{ kind: 'response_time', quantile: 0.99, below_ms: limit_ms }],
    expected_per_second,
    search: {
      ...rules,
      ladder_sessions_per_second: simulatedLadder(factorOf(rules.ladder_sessions_per_second)),
    },
    workload_hash: '',
    plan_hash: '',
  }
}

const environment = {
  plimsoll_version: '0',
  commit: null,
  node_version: '',
  platform: 'simulated',
  cpu_model: '',
  cores: 0,
  memory_bytes: 0,
  kernel: '',
  cgroups: 'none',
  software: [],
} as const

function emptyRun(configuration: string, repeat: number): RunRecord {
  return {
    configuration,
    repeat,
    started_at: '1970-01-01T00:00:00.000Z',
    balancer: 'none',
    seconds: [],
    stretches: [],
    parts: [],
    sessions: { started: 0, ended: 0, cut_short: 0, dropped: 0, errors: [] },
    reasons: [],
    invariants: [],
    caveats: [],
  }
}
