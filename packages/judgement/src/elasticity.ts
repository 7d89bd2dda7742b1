// How an autoscaled part followed its load: when more instances were needed, when they were asked for, ready and at
// work, what users felt meanwhile, and how many instance-seconds there were against how many were needed.
//
//   needed      asked         booted       useful
//     │ to detect │  to boot    │ to useful  │
//     ├───────────┴─────────────┴────────────┤  late and lost in here

import type {
  Check,
  InstanceLife,
  PartSecond,
  Plan,
  PlannedPart,
  RunRecord,
} from '@plimsoll/record'
import { feltIn, type Felt } from './felt.ts'
import { instanceSeconds, type InstanceSecond } from './instance-need.ts'

/** Instances that were asked for together. Seconds of the run. */
export interface Growth {
  readonly instances: number
  /** Since when more were needed than there were; null: not before they were asked for. */
  readonly needed_second: number | null
  readonly asked_second: number
  /** When the last of them was ready; null: one was not. */
  readonly booted_second: number | null
  /** The first second in which the last of them did a fair share; null: one did not. */
  readonly useful_second: number | null
  /** From when they were needed until they were useful. */
  readonly felt: Felt
}

/** One autoscaled part in one run. */
export interface Elasticity {
  readonly part: string
  readonly repeat: number
  readonly growths: readonly Growth[]
  /** Instance-seconds in the phases: there, needed, there beyond need, needed and not there. */
  readonly had_seconds: number
  readonly needed_seconds: number
  readonly over_seconds: number
  readonly under_seconds: number
  /**
   * Requests of each ÷ a fair share of them: in all seconds of those that were there from the beginning, from the first
   * useful second on of those that came; empty where none are counted.
   */
  readonly shares: readonly { readonly instance: number; readonly of_fair_share: number }[]
}

/** Every autoscaled part of a run whose phases were played. */
export function elasticityOf(
  run: RunRecord,
  plan: Pick<Plan, 'configurations' | 'checks'>,
): Elasticity[] {
  const planned = plan.configurations.find(({ name }) => name === run.configuration)
  const scaled = (planned?.parts ?? []).filter(({ autoscaling }) => autoscaling !== undefined)
  return scaled.flatMap((part) => {
    const seconds = instanceSeconds(run, part)
    return seconds.length === 0 ? [] : [elasticity(run, { part, seconds, checks: plan.checks })]
  })
}

function elasticity(
  run: RunRecord,
  {
    part,
    seconds,
    checks,
  }: { part: PlannedPart; seconds: readonly InstanceSecond[]; checks: readonly Check[] },
): Elasticity {
  const own = (run.instances ?? []).filter((life) => life.part === part.part)
  const known = seconds.filter(({ needed }) => needed !== null)
  const total = (of: (second: InstanceSecond) => number) => sum(known.map(of))
  return {
    part: part.part,
    repeat: run.repeat,
    growths: [...Map.groupBy(own, ({ asked_second }) => Math.floor(asked_second)).values()].map(
      (lives) => growthOf(lives, { run, seconds, checks }),
    ),
    had_seconds: total(({ there }) => there),
    needed_seconds: total(({ needed }) => needed ?? 0),
    over_seconds: total(({ there, needed }) => Math.max(0, there - (needed ?? 0))),
    under_seconds: total(({ there, needed }) => Math.max(0, (needed ?? 0) - there)),
    shares: sharesOf(run, { part, seconds, lives: own }),
  }
}

interface Around {
  readonly run: RunRecord
  readonly seconds: readonly InstanceSecond[]
  readonly checks: readonly Check[]
}

function growthOf(lives: readonly InstanceLife[], { run, seconds, checks }: Around): Growth {
  const asked_second = Math.min(...lives.map((life) => life.asked_second))
  const needed_second = neededSince(seconds, asked_second)
  const lastOf = (of: (life: InstanceLife) => number | null) => {
    const all = lives.map(of)
    return all.includes(null) ? null : Math.max(...all.map((one) => one ?? 0))
  }
  const useful_second = lastOf((life) => life.useful_second)
  const end = useful_second ?? (seconds.at(-1)?.second ?? 0) + 1
  const felt = feltIn(run.seconds.slice(needed_second ?? Math.floor(asked_second), end), checks)
  const booted_second = lastOf((life) => life.booted_second)
  const instances = lives.length
  return { instances, needed_second, asked_second, booted_second, useful_second, felt }
}

/** The first of the unbroken seconds up to `asked` in which more were needed than were there. */
function neededSince(seconds: readonly InstanceSecond[], asked_second: number): number | null {
  const before = seconds.filter(({ second }) => second < Math.floor(asked_second))
  const lastEnough = before.findLastIndex(({ there, needed }) => (needed ?? 0) <= there)
  return before[lastEnough + 1]?.second ?? null
}

/** Of every instance, over the seconds of the phases in which it was there together with others. */
function sharesOf(
  run: RunRecord,
  {
    part,
    seconds,
    lives,
  }: {
    part: PlannedPart
    seconds: readonly InstanceSecond[]
    lives: readonly InstanceLife[]
  },
): Elasticity['shares'] {
  const played = new Set(seconds.map(({ second }) => second))
  const rows = run.parts.filter(
    ({ part: name, second, requests }) =>
      name === part.part && requests !== undefined && played.has(second),
  )
  const machineOf = (row: PartSecond) => row.instance - (row.instance % part.processes)
  const came = new Set(lives.map(({ instance }) => instance))
  const stayed = [...new Set(rows.map(machineOf))].filter((machine) => !came.has(machine))
  const spans = [
    ...stayed.map((instance) => ({ instance, useful_second: 0, gone_second: null })),
    ...lives,
  ]
  const shares = spans.flatMap(({ instance, useful_second, gone_second }) => {
    const own = rows.filter(
      ({ second }) =>
        second >= (useful_second ?? Infinity) && second < Math.floor(gone_second ?? Infinity),
    )
    const mine = sum(
      own.filter((row) => machineOf(row) === instance).map((row) => row.requests ?? 0),
    )
    const fair = sum(
      [...Map.groupBy(own, ({ second }) => second).values()].map((peers) => {
        const machines = new Set(peers.map(machineOf)).size
        return sum(peers.map(({ requests }) => requests ?? 0)) / machines
      }),
    )
    return fair === 0 ? [] : [{ instance, of_fair_share: mine / fair }]
  })
  return shares.toSorted((a, b) => a.instance - b.instance)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
