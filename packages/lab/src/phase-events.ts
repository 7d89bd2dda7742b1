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

/** Breaks what the plan wants broken in this phase, which began at `from_second`. */
export function breakInPhase(
  stretch: Stretch,
  { from_second, ...place }: PhaseEvents & { readonly from_second: number },
): Promise<void> {
  const faults = (place.plan.faults ?? []).filter(({ phase }) => phase === stretch.name)
  return playFaults(faults, { from_second, duration: durationOf(stretch), place })
}

/** Of a phase: played ÷ declared. */
function durationOf({ play }: Stretch): number {
  return play.from === 'phase' ? (play.duration ?? 1) : 1
}
