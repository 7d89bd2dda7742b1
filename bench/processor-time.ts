// What a request costs: the processor time of each part of a deployment, and of the generator, over a stretch of load.

import type { Deployment } from '@plimsoll/lab'
import type { Load } from './load.ts'
import { median } from './results.ts'

/** Microseconds of processor time for one request, by part; the generator is one of them. */
export type CpuPerRequest = Readonly<Record<string, number>>

/** Begins to measure; `per` ends it and divides by so many requests. */
export async function startMeter(
  deployment: Deployment,
  load: Load,
): Promise<{ per: (requests: number) => Promise<CpuPerRequest> }> {
  await deployment.sample(0)
  const begins = performance.now()
  const before = load.generatorCpu_s()
  return {
    per: async (requests) => {
      const parts = await deployment.sample(1)
      const lasted_s = (performance.now() - begins) / 1_000
      const generator = ((load.generatorCpu_s() - before) * 1e6) / requests
      const spent: Record<string, number> = { generator }
      for (const { part, cpu_cores } of parts) {
        spent[part] = (spent[part] ?? 0) + (cpu_cores * lasted_s * 1e6) / requests
      }
      return spent
    },
  }
}

/** The middle value of each part. */
export function cpuMedians(rounds: readonly CpuPerRequest[]): CpuPerRequest {
  const parts = Object.keys(rounds[0] ?? {})
  return Object.fromEntries(
    parts.map((part) => [part, median(rounds.map((round) => round[part] ?? 0))]),
  )
}

/** `generator 20, database 120`. */
export function cpuWords(cpu_us: CpuPerRequest): string {
  const parts = Object.entries(cpu_us).filter(([, spent]) => spent >= 1)
  return parts.map(([part, spent]) => `${part} ${Math.round(spent)}`).join(', ')
}
