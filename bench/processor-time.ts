// What a request costs: the processor time of each part of a deployment, and of the generator, over a stretch of load.

import type { Deployment } from '@plimsoll/lab'
import { figuresOf, playPhase, type Figures, type Load } from './load.ts'
import { median } from './results.ts'

/** Microseconds of processor time for one request, by part; the generator is one of them. */
export type CpuPerRequest = Readonly<Record<string, number>>

/** Plays a phase to the end of its last session, and divides what was spent by all requests that ended meanwhile. */
export async function playMetered(
  load: Load,
  { deployment, ...phase }: { deployment: Deployment } & Parameters<typeof playPhase>[1],
): Promise<Figures & { readonly cpu_us: CpuPerRequest }> {
  await deployment.sample(0)
  const begins = performance.now()
  const before = { cpu_s: load.generatorCpu_s(), requests: requestsOf(load) }
  const figures = figuresOf(await playPhase(load, phase))
  await load.engine.drain({ within_ms: 10_000 })
  const parts = await deployment.sample(1)
  const lasted_s = (performance.now() - begins) / 1_000
  const requests = requestsOf(load) - before.requests
  const generator = ((load.generatorCpu_s() - before.cpu_s) * 1e6) / requests
  const cpu_us: Record<string, number> = { generator }
  for (const { part, cpu_cores } of parts) {
    cpu_us[part] = (cpu_us[part] ?? 0) + (cpu_cores * lasted_s * 1e6) / requests
  }
  return { ...figures, cpu_us }
}

function requestsOf({ recorder }: Load): number {
  let sum = 0
  for (const { actions } of recorder.seconds) {
    for (const { ok, failed, unknown } of actions.values()) sum += ok + failed + unknown
  }
  return sum
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
