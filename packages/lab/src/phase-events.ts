// What happens while the phases are played, beside the load: parts scale, and parts are broken on purpose.

import type { Plan, PlannedConfiguration, RunRecord } from '@plimsoll/record'
import { playFaults } from './fault-player.ts'
import type { Deployment } from './platform/index.ts'
import { Scaler } from './scaler.ts'
import type { Stretch } from './stretches.ts'

/** The run that it happens in. */
export interface PhaseEvents {
  readonly plan: Plan
  readonly configuration: PlannedConfiguration
  readonly deployment: Deployment
  readonly record: RunRecord
  /** Seconds of the run, fractional. */
  readonly second: () => number
  readonly say: (text: string) => void
  readonly signal: AbortSignal
}

/** Scales every part that is to scale, from its fewest, until what is returned is disposed of. */
export async function startScalers(
  first: Stretch | undefined,
  events: PhaseEvents,
): Promise<AsyncDisposableStack> {
  await using stack = new AsyncDisposableStack()
  const duration = first === undefined ? 1 : durationOf(first)
  for (const planned of events.configuration.parts) {
    const { autoscaling } = planned
    if (autoscaling === undefined) continue
    stack.use(await Scaler.start({ ...events, planned: { ...planned, autoscaling }, duration }))
  }
  return stack.move()
}

/** Breaks what the plan wants broken in the phase that has begun; what is broken is healed before the next one begins. */
export async function breakWhile(
  playing: Promise<unknown>,
  { stretch, events }: { readonly stretch: Stretch; readonly events: PhaseEvents },
): Promise<void> {
  const { plan, record } = events
  const faults = (plan.faults ?? []).filter(({ phase }) => phase === stretch.name)
  const from_second = record.stretches.at(-1)?.from_second ?? 0
  const broken = playFaults(faults, { from_second, duration: durationOf(stretch), place: events })
  // Both to their end: nothing is put away while a fault is being healed.
  const [played] = await Promise.allSettled([playing, broken])
  if (played.status === 'rejected') throw played.reason
}

/** Of a phase: played ÷ declared. */
function durationOf({ play }: Stretch): number {
  return play.from === 'phase' ? (play.duration ?? 1) : 1
}
