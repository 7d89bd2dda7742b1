// Many simulated searches and how right they were: what the simulation tests count.

import { judge, type Comparison } from '@plimsoll/judgement'
import { randomStream } from '@plimsoll/workload'
import { simulateExperiment } from './simulated-experiment.ts'
import { trueLoadLine, type ServerKind } from './simulated-server.ts'

/** How one search ended. */
export interface SearchOutcome {
  readonly seed: number
  readonly capacity: number
  readonly limit_ms: number
  readonly truth: number
  /** Found ÷ true, less 1. */
  readonly error: number
  readonly contained: boolean
  /** Of the interval: high ÷ low, less 1. */
  readonly width: number
  readonly steps: number
  readonly seconds: number
}

/** A server of random capacity (200–2,000/s) and limit (50–200 ms), both drawn from the seed, searched once. */
export async function searchOnce(
  kind: ServerKind,
  { seed, quick, isKept = false }: { seed: number; quick: boolean; isKept?: boolean },
): Promise<SearchOutcome> {
  const random = randomStream(seed, 99)
  const capacity = 200 * 10 ** random.float()
  const limit_ms = random.integer({ from: 50, to: 200 })
  const server = { kind, capacity }
  const truth = trueLoadLine(server, limit_ms / 1_000)
  const start_per_second = truth * random.between({ from: 0.4, to: 1.4 })
  const record = await simulateExperiment({
    servers: { one: server },
    limit_ms,
    seed,
    quick,
    isKept,
    start_per_second,
    expected_per_second: truth,
  })
  const line = judge(record).configurations[0]?.load_line_per_second
  if (line === undefined || line === null) throw new Error(`seed ${seed}: no load line`)
  return {
    seed,
    capacity,
    limit_ms,
    truth,
    error: line.value / truth - 1,
    contained: line.low <= truth && truth <= line.high,
    width: line.high / line.low - 1,
    steps: record.runs.reduce((sum, run) => sum + run.stretches.length, 0),
    seconds: record.runs.reduce((sum, run) => sum + run.seconds.length, 0),
  }
}

/** Two M/M/1 servers side by side, the second with `factor` times the capacity of the first. */
export async function compareOnce({
  seed,
  quick,
  isKept = false,
  factor,
}: {
  seed: number
  quick: boolean
  isKept?: boolean
  factor: number
}): Promise<Comparison['verdict']> {
  const capacity = 300 * 5 ** randomStream(seed, 98).float()
  const record = await simulateExperiment({
    servers: { a: { kind: 'M/M/1', capacity }, b: { kind: 'M/M/1', capacity: capacity * factor } },
    limit_ms: 100,
    seed,
    quick,
    isKept,
    start_per_second: capacity / 2,
    expected_per_second: 1,
  })
  return judge(record).comparisons[0]?.verdict ?? 'no difference shown'
}

/** One line for a person: bias, worst errors, how many within 5 %, how many contained. */
export function describeOutcomes(title: string, outcomes: readonly SearchOutcome[]): string {
  const mean = (of: (one: SearchOutcome) => number) =>
    outcomes.reduce((sum, one) => sum + of(one), 0) / outcomes.length
  const errors = outcomes.map((one) => one.error)
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  const within = outcomes.filter((one) => Math.abs(one.error) <= 0.05).length
  const contained = outcomes.filter((one) => one.contained).length
  return (
    `${title}: ${within} of ${outcomes.length} within 5 %, ${contained} contained; ` +
    `bias ${percent(mean((one) => one.error))}, errors ${percent(Math.min(...errors))} to ${percent(Math.max(...errors))}, ` +
    `interval ${percent(mean((one) => one.width))} wide, ${mean((one) => one.steps).toFixed(0)} steps, ${mean((one) => one.seconds).toFixed(0)} s of load`
  )
}
