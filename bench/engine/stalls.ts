// Does the engine notice that it was held back itself? Each trial is a fresh stretch of load; a third of them are
// stopped for a moment, a third are short of CPU, a third are left alone. The verdict is that of the judgement.

import { generatorCaveats } from '@plimsoll/judgement'
import { generatorRows, type StretchRecord } from '@plimsoll/record'
import type { LimitGroups } from './limit-groups.ts'
import type { OurEngine } from './our-engine.ts'
import { pause } from './generators.ts'

const rate = 500
const lasts_ms = 2_000
/** A load begins with the next whole second: by then it has, and it goes on for long enough. */
const trouble_after_ms = 1_250
const stop_ms = 150
/** Too little for the rate. */
const limit_cores = 0.02

export const troubles = ['stopped', 'short of CPU', 'healthy'] as const
export type Trouble = (typeof troubles)[number]

export interface Trial {
  readonly trouble: Trouble
  readonly codes: readonly string[]
  readonly lateness_p99_ms: number
}

/** Why a limit cannot be set here; null when it can. */
export interface Trials {
  readonly trials: readonly Trial[]
  readonly unlimited: string | null
}

export async function tryStalls({
  count,
  engine,
  limits,
}: {
  /** Of each trouble. */
  readonly count: number
  readonly engine: OurEngine
  /** One group. */
  readonly limits: LimitGroups
}): Promise<Trials> {
  const [cgroup] = limits.groups
  cgroup?.add(engine.pid)
  const trials: Trial[] = []
  for (let n = 0; n < count; n += 1) {
    for (const trouble of troubles) {
      if (trouble === 'short of CPU' && cgroup === undefined) continue
      const limit = (cores: number | null) => cgroup?.limit(cores)
      trials.push(await tryOnce({ trouble, engine, limit }))
    }
  }
  cgroup?.limit(null)
  return { trials, unlimited: limits.unlimited }
}

async function tryOnce({
  trouble,
  engine,
  limit,
}: {
  readonly trouble: Trouble
  readonly engine: OurEngine
  readonly limit: (cores: number | null) => void
}): Promise<Trial> {
  const first = engine.recorder.seconds.length
  const playing = engine.playRate(rate, { lasts_ms })
  await pause(trouble_after_ms)
  if (trouble === 'stopped') {
    process.kill(engine.pid, 'SIGSTOP')
    await pause(stop_ms)
    process.kill(engine.pid, 'SIGCONT')
  }
  if (trouble === 'short of CPU') limit(limit_cores)
  await pause(lasts_ms)
  limit(null)
  const { lateness } = await playing
  const held = engine.recorder.stretches.at(-1) as StretchRecord
  const caveats = generatorCaveats({
    spans: [generatorRows(engine.recorder.health, first)],
    held: [held],
    reasons: engine.recorder.reasons,
    checks: [],
  })
  return {
    trouble,
    codes: caveats.filter(({ forbids_holds }) => forbids_holds).map(({ code }) => code),
    lateness_p99_ms: lateness.quantile(0.99) / 1_000,
  }
}
