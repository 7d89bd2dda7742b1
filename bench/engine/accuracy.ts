// Does it send when it says, and read what there is? Rates by the server's own clock, lateness and what it costs,
// percentiles against sorted values.

import { randomStream } from '@plimsoll/workload'
import { Histogram } from '@plimsoll/statistics'
import type { CountingServer } from './counting-server.ts'
import type { OurEngine } from './our-engine.ts'
import { cpuOf } from './process-use.ts'

export interface RateReading {
  readonly asked_per_second: number
  /** |reached ÷ asked − 1| over the whole, and in the second where it was worst. */
  readonly off_share: number
  readonly worst_second_share: number
  readonly lateness_p50_us: number
  readonly lateness_p99_us: number
  readonly cpu_share: number
  readonly not_ok: number
}

/** The clock that the engine and the server share, ms. */
function machineNow(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** Plays evenly spaced arrivals; whole seconds. */
export async function readRate(
  rate: number,
  {
    seconds,
    engine,
    server,
  }: { readonly seconds: number; readonly engine: OurEngine; readonly server: CountingServer },
): Promise<RateReading> {
  // A second that nobody counts: compilers have work to do before.
  await engine.playRate(rate, { lasts_ms: 1_000 })
  const zero = machineNow() - engine.engine.second() * 1_000
  const before = { cpu: cpuOf(engine.pid), at: performance.now() }
  await server.countFrom(zero)
  const played = await engine.playRate(rate, { lasts_ms: seconds * 1_000 })
  const cpu_share = ((cpuOf(engine.pid) - before.cpu) * 1_000) / (performance.now() - before.at)
  const { tenths } = await server.counted()
  const bySecond = Array.from({ length: seconds }, (_, n) => {
    const from = (played.from_second + n) * 10
    return sum(tenths.slice(from, from + 10))
  })
  const reached = sum(tenths.slice(played.from_second * 10))
  return {
    asked_per_second: rate,
    off_share: Math.abs(reached / (rate * seconds) - 1),
    worst_second_share: Math.max(...bySecond.map((count) => Math.abs(count / rate - 1))),
    lateness_p50_us: played.lateness.quantile(0.5),
    lateness_p99_us: played.lateness.quantile(0.99),
    cpu_share,
    not_ok: played.notOk,
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

const quantiles = [0.5, 0.9, 0.99, 0.999] as const
const [least_us, most_us] = [10, 60_000_000]

/** The largest relative error of any percentile, over values of six laws from 10 µs to 60 s. */
export function worstPercentileError({ values }: { readonly values: number }): number {
  const random = randomStream(1, values)
  const laws: readonly (() => number)[] = [
    () => random.between({ from: least_us, to: most_us }),
    () => least_us * (most_us / least_us) ** random.float(),
    () => 1_000 * random.exponential(),
    () => (random.chance(0.5) ? 200 : 2_000_000) * (1 + random.float()),
    () => least_us * (1 - random.float()) ** -1.2,
    () => 100 + 20 * random.float(),
  ]
  const errors = laws.flatMap((law) => {
    const drawn = Float64Array.from({ length: values }, () =>
      Math.round(Math.min(most_us, Math.max(least_us, law()))),
    )
    // Two halves, merged, are as good as one.
    const halves = [new Histogram(), new Histogram()] as const
    for (const [n, value] of drawn.entries()) halves[n % 2 === 0 ? 0 : 1].record(value)
    halves[0].add(halves[1])
    drawn.sort()
    return quantiles.map((q) => {
      const exact = drawn[Math.ceil(q * values) - 1] ?? NaN
      return Math.abs(halves[0].quantile(q) / exact - 1)
    })
  })
  return Math.max(...errors)
}
