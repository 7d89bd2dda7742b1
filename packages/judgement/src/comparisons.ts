// Configurations side by side. The same repeat plays the same sessions in every configuration, so they are
// compared pair by pair; what differs less than the interval is not ranked.

import type { Plan } from '@plimsoll/record'
import { bootstrap } from '@plimsoll/statistics'
import { randomStream } from '@plimsoll/workload'
import type { Comparison } from './judgement.ts'
import {
  edgeRung,
  factorOf,
  oneDeploymentRungs,
  repeatsOf,
  widened,
  type HeldByRung,
  type TriedStep,
} from './load-line.ts'

/** What a comparison needs to know of one configuration. */
export interface Compared {
  readonly name: string
  readonly steps: readonly TriedStep[]
  readonly actions_per_session: number
}

/** Every pair, in the order declared. Pairs of which one has no load line, or that share one repeat only, are left out. */
export function compareAll(configurations: readonly Compared[], plan: Plan): Comparison[] {
  return configurations.flatMap((a, n) =>
    configurations.slice(n + 1).flatMap((b) => compareTwo(a, b, plan) ?? []),
  )
}

/** One pair, repeat by repeat; null where one has no load line or they share one repeat only. */
export function compareTwo(a: Compared, b: Compared, plan: Plan): Comparison | null {
  const ladder = plan.search.ladder_sessions_per_second
  const factor = factorOf(ladder)
  const random = randomStream(plan.seed, 31)
  const paired = pairs(a, b)
  if (paired.length < 2) return null
  const between = bootstrap({
    items: paired,
    statistic: (drawn) =>
      edgeRung(drawn.map((pair) => pair.b)) - edgeRung(drawn.map((pair) => pair.a)),
    random: () => random.float(),
  })
  if (Number.isNaN(between.value)) return null
  // Simulated with three repeats: within one rung, 7 of 100 identical pairs were told apart; within 1½, 3.
  const least = plan.search.kept_deployed === true ? oneDeploymentRungs(ladder) : 1.5
  const { low, high } = widened(between, { repeats: paired.length, least })
  const perSession = b.actions_per_session / a.actions_per_session
  const ratioAt = (rungs: number) => factor ** rungs * perSession
  const ratio = { value: ratioAt(between.value), low: ratioAt(low), high: ratioAt(high) }
  const verdict = ratio.low > 1 ? 'better' : ratio.high < 1 ? 'worse' : 'no difference shown'
  return { a: a.name, b: b.name, ratio, verdict }
}

function pairs(a: Compared, b: Compared): { a: HeldByRung; b: HeldByRung }[] {
  const repeats = [...new Set(a.steps.map((step) => step.repeat))]
  return repeats.flatMap((repeat) => {
    const [ofA] = repeatsOf(a.steps.filter((step) => step.repeat === repeat))
    const [ofB] = repeatsOf(b.steps.filter((step) => step.repeat === repeat))
    return ofA === undefined || ofB === undefined ? [] : [{ a: ofA, b: ofB }]
  })
}
