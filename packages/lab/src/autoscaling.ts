// How many instances a part is to have while the phases are played: a policy over what is measured, and how
// long a new instance takes. Every policy is the same mechanism: how much of something one instance may have.

import { ms, seconds, type Fault, type Milliseconds, type Share } from '@plimsoll/workload'
import type { PlannedAutoscaling } from '@plimsoll/record'
import { bootProfiles, type BootProfile } from './boot-profiles.ts'

/** Between `least` and `most` instances, as a policy asks. */
export interface Autoscaling {
  readonly least: number
  readonly most: number
  readonly policy:
    | { readonly kind: 'cpu'; readonly target: Share }
    | { readonly kind: 'backlog'; readonly delay: Milliseconds; readonly perMessage: Milliseconds }
  readonly profile: BootProfile
  readonly cooldown: Milliseconds
}

export interface AutoscaleOptions {
  readonly min: number
  readonly max: number
  /** Default `warm`. */
  readonly boot?: keyof typeof bootProfiles | BootProfile
  /** No change follows another within this time. Default 60 s. */
  readonly cooldown?: Milliseconds
}

/** Target tracking: as many instances as bring their mean CPU to `cpu` of its limit. */
export function targetTracking({
  cpu,
  ...options
}: AutoscaleOptions & { readonly cpu: Share }): Autoscaling {
  return { policy: { kind: 'cpu', target: cpu }, ...resolved(options) }
}

/**
 * Backlog per worker: as many workers as bring it to acceptable delay ÷ time per message. `perMessage` is
 * what a worker of full size takes.
 */
export function backlogPerWorker({
  acceptableDelay,
  perMessage,
  ...options
}: AutoscaleOptions & {
  readonly acceptableDelay: Milliseconds
  readonly perMessage: Milliseconds
}): Autoscaling {
  return { policy: { kind: 'backlog', delay: acceptableDelay, perMessage }, ...resolved(options) }
}

function resolved({
  min,
  max,
  boot = 'warm',
  cooldown = seconds(60),
}: AutoscaleOptions): Omit<Autoscaling, 'policy'> {
  const profile = typeof boot === 'string' ? bootProfiles[boot] : boot
  return { least: min, most: max, profile, cooldown }
}

/** What cannot be scaled so, all of it at once. */
export function autoscalingFaults(where: string, { least, most, policy }: Autoscaling): Fault[] {
  const faults: Fault[] = []
  if (!(Number.isInteger(least) && least >= 1)) {
    faults.push({
      where: `${where}.min`,
      problem: `expected a whole number from 1, found ${least}`,
    })
  }
  if (!(Number.isInteger(most) && most > least && most <= 64)) {
    const problem = `expected a whole number above min, at most 64, found ${most}`
    faults.push({ where: `${where}.max`, problem })
  }
  if (policy.kind === 'cpu' && !(policy.target > 0 && policy.target < 1)) {
    faults.push({ where: `${where}.cpu`, problem: `expected 0 to 100 %, found ${policy.target}` })
  }
  if (policy.kind === 'backlog' && !(policy.delay > 0 && policy.perMessage > 0)) {
    const problem = 'expected acceptableDelay and perMessage above 0'
    faults.push({ where, problem })
  }
  return faults
}

/** As the plan holds it. On this machine a message takes `scale` times as long. */
export function plannedAutoscaling(
  { least, most, policy, profile, cooldown }: Autoscaling,
  scale: number,
): PlannedAutoscaling {
  const planned: PlannedAutoscaling['policy'] =
    policy.kind === 'cpu'
      ? { kind: 'cpu', target_share: policy.target }
      : {
          kind: 'backlog',
          messages_per_instance: Math.max(1, policy.delay / ms(policy.perMessage * scale)),
        }
  return {
    least,
    most,
    policy: planned,
    notice_ms: profile.notice,
    boot_ms: profile.boot,
    cooldown_ms: cooldown,
  }
}
