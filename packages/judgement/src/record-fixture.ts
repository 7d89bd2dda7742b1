// Records written out by rule, for tests: a system that answers in 20 ms up to its capacity and in 2 s beyond.

import type {
  ActionSecond,
  Check,
  ExperimentRecord,
  PartSecond,
  Plan,
  RunRecord,
  SecondRecord,
  StretchRecord,
} from '@plimsoll/record'
import { Histogram } from '@plimsoll/statistics'

const ladder = Array.from({ length: 60 }, (_, n) => 20 * 1.05 ** n)
const actionsPerSession = 2
const counted_seconds = 20

export const fixtureChecks: readonly Check[] = [
  { kind: 'response_time', quantile: 0.99, below_ms: 200 },
  { kind: 'failures', below_share: 0.001 },
  { kind: 'invariants' },
]

/** Capacities in sessions per second on this machine, by configuration. */
export function fixtureRecord({
  capacities,
  expected_per_second = 1_000,
  repeats = 7,
  change = (run) => run,
}: {
  readonly capacities: Readonly<Record<string, number>>
  readonly expected_per_second?: number
  readonly repeats?: number
  readonly change?: (run: RunRecord) => RunRecord
}): ExperimentRecord {
  const names = Object.keys(capacities)
  const runs = names.flatMap((name) =>
    Array.from({ length: repeats }, (_, n) =>
      change(fixtureRun({ name, repeat: n + 1, capacity: capacities[name] ?? 0 })),
    ),
  )
  return { plan: fixturePlan(names, { expected_per_second }), environment, runs }
}

/** Seconds of one action at a rate: all answers after `takes_ms`, `failed` of them failed. */
export function fixtureSeconds({
  from,
  count,
  due,
  takes_ms,
  failed = 0,
}: {
  readonly from: number
  readonly count: number
  readonly due: number
  readonly takes_ms: number | ((second: number) => number)
  readonly failed?: number
}): SecondRecord[] {
  return Array.from({ length: count }, (_, n) => {
    const response_time = new Histogram()
    const ms = typeof takes_ms === 'number' ? takes_ms : takes_ms(n)
    response_time.record(ms * 1_000, due - failed)
    const action: ActionSecond = {
      due,
      ok: due - failed,
      failed,
      unknown: 0,
      dropped: 0,
      response_time,
    }
    return { second: from + n, actions: new Map([['GET /reviews', action]]), sessions_alive: 10 }
  })
}

/** A row of one part, with CPU as a share of a limit of 0.125 cores. */
export function partRow(
  part: string,
  row: Partial<PartSecond> & { cpu_share?: number },
): PartSecond {
  const { cpu_share = 0.3, ...rest } = row
  return {
    second: 0,
    part,
    instance: 0,
    cpu_cores: cpu_share * 0.125,
    limit_cores: 0.125,
    throttled_share: 0,
    memory_bytes: 1e8,
    ...rest,
  }
}

function fixtureRun({
  name,
  repeat,
  capacity,
}: {
  name: string
  repeat: number
  capacity: number
}): RunRecord {
  const stretches: StretchRecord[] = []
  const seconds: SecondRecord[] = []
  const edge = ladder.filter((rate) => rate <= capacity).length
  const rungs = [edge - 2, edge - 1, edge, edge + 1].filter((rung) => rung >= 0 && rung < 60)
  for (const rung of rungs) {
    const sessions_per_second = ladder[rung] as number
    const holds = sessions_per_second <= capacity
    const from_second = seconds.length
    const due = Math.round(sessions_per_second * actionsPerSession)
    const takes_ms = holds ? 20 : 2_000
    seconds.push(...fixtureSeconds({ from: from_second, count: counted_seconds, due, takes_ms }))
    stretches.push({
      kind: 'step',
      name: `rung ${rung}`,
      rung,
      sessions_per_second,
      from_second,
      counted_from_second: from_second,
      to_second: seconds.length,
      measured: true,
      verdict: holds ? 'holds' : 'fails',
      why: [],
      actions: new Map(),
    })
  }
  const parts = seconds.flatMap(({ second }) => [
    partRow('api', { second, cpu_share: 0.99, throttled_share: 0.6 }),
    partRow('database', { second, cpu_share: 0.3 }),
  ])
  return {
    configuration: name,
    repeat,
    started_at: '2026-11-20T12:00:00.000Z',
    balancer: 'built-in',
    seconds,
    stretches,
    parts,
    sessions: { started: 0, ended: 0, cut_short: 0, dropped: 0, errors: [] },
    reasons: [],
    invariants: [
      { name: 'counted', examined: 10, lost: 0, doubled: 0, unexpected: 0, stale: 0, examples: [] },
    ],
    caveats: [],
  }
}

function fixturePlan(
  names: readonly string[],
  { expected_per_second }: { expected_per_second: number },
): Plan {
  return {
    format: 'plimsoll-plan/1',
    experiment: 'fixture',
    question: 'What does it take to carry 1,000 requests per second?',
    system: 'reviews',
    seed: 1,
    quick: false,
    scale: 8,
    configurations: names.map((name, n) => ({ name, parts: [], cost_per_hour_usd: 0.1 * (n + 1) })),
    personas: [],
    phases: [],
    setup: [],
    pauses_share: 1,
    max_sessions: 10_000,
    checks: fixtureChecks,
    expected_per_second,
    search: {
      ladder_sessions_per_second: ladder,
      repeats: 7,
      counted_seconds,
      counted_actions: 1_000,
      least_actions: 1_000,
    },
    workload_hash: 'a',
    plan_hash: 'b',
  }
}

const environment = {
  plimsoll_version: '0',
  commit: null,
  node_version: '',
  platform: '',
  cpu_model: '',
  cores: 2,
  memory_bytes: 0,
  kernel: '',
  cgroups: 'v1',
  software: [],
} as const
