// How a run gets warm: rounds that feel their way to a rate the machine carries, hot seconds at that rate, then
// the limits, and a first second under them. On the way it learns what a session costs.

import type { PartSecond, Plan, PlannedConfiguration, StretchRecord } from '@plimsoll/record'
import type { Workload } from '@plimsoll/workload'
import { feelHotRate } from './hot-rate.ts'
import { guessFromCpu } from './starting-rung.ts'
import { hotStretch, limitedStretch, type Stretch } from './stretches.ts'

export interface WarmUpOptions {
  readonly plan: Plan
  readonly workload: Workload
  readonly configuration: PlannedConfiguration
  readonly repeat: number
  /** The part at the front door. */
  readonly entry: string
  /** Of this machine. */
  readonly cores: number
  /** The rate of the first step, from what the CPU suggests; sessions per second. */
  readonly firstStep: (guessed_per_second: number) => number
}

/** What it needs of a run. */
export interface Warming {
  readonly play: (
    stretch: Stretch,
    options: { readonly endEarly: boolean },
  ) => Promise<{ readonly record: StretchRecord; readonly endedEarly: boolean }>
  /** What every part used in the seconds that a stretch counts; in its last one where it counts none. */
  readonly partsIn: (stretch: StretchRecord) => Promise<PartSecond[]>
  /** Waits until no session is left. */
  readonly drain: () => Promise<void>
  readonly limit: () => Promise<void>
}

/** Resolves to the sessions per second that the CPU suggests; Infinity when no limited part used any. */
export async function warmUp(
  { plan, workload, configuration, repeat, entry, cores, firstStep }: WarmUpOptions,
  { play, partsIn, drain, limit }: Warming,
): Promise<number> {
  const door = configuration.parts.find(({ part }) => part === entry)
  const processes = (door?.instances ?? 1) * (door?.processes ?? 1)
  const feel = async (stretch: Stretch) =>
    partsIn((await play(stretch, { endEarly: false })).record)
  const sessions_per_second = await feelHotRate({
    workload,
    scale: plan.scale,
    processes,
    entry,
    cores,
    play: feel,
  })
  const hot = hotStretch({ plan, workload, sessions_per_second })
  const { record } = await play(hot, { endEarly: false })
  const parts = await partsIn(record)
  const guessed_per_second = guessFromCpu({ parts, configuration, sessions_per_second })
  await drain()
  await limit()
  if (!Number.isFinite(guessed_per_second)) return guessed_per_second
  const first_step_per_second = firstStep(guessed_per_second)
  // What it uses now is no better guess: at a low rate, what a process does anyway weighs more.
  const { endedEarly } = await play(
    limitedStretch({ plan, workload, repeat, first_step_per_second }),
    {
      endEarly: true,
    },
  )
  if (endedEarly) await drain()
  return guessed_per_second
}
