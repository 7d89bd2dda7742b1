// Which stretches a run plays, as values: the warm-up, the steps of the search, the declared phases. The
// same rung plays the same sessions in every configuration, and no two steps of a run share a session.

import type { StretchRequest } from '@plimsoll/engine'
import type { Plan, StretchRecord } from '@plimsoll/record'
import { loadLinePhase, type Workload } from '@plimsoll/workload'

/** Session numbers set aside for one stretch: more than a day of a thousand per second. */
const sessionsPerBlock = 100_000_000
const attemptsPerRung = 8
const longestStep_seconds = 60
const shortestSettling_seconds = 0.5
/** A whole second that began so long ago has only begun. */
const latest_seconds = 0.05
/** Least of a second that a round of the warm-up is felt for: it reads the cost of its last second. */
const shortestRound_seconds = 0.75
/** Rounds of about a second in which the warm-up feels its way to what this machine carries: so many at most. */
export const mostColdRounds = 20
/** Of the declared level: no machine finds it hard. Each round may go four times as fast as the last. */
const firstShare = 1 / 8
/** Of the declared level: the most that the warm-up plays, however little sessions seem to cost. */
const mostLevels = 4
/** Long enough to compile what is called often; to get used to the limits. */
const warmUp_seconds = { hot: { quick: 2, full: 9 }, limited: 2 }
/** Of the rate of the first step. */
const limitedShare = 0.7
/** Phases of a quick form last this long together, each at least `shortestPhase_seconds`. */
const quickPhases_seconds = 6
const quickFaults_seconds = 45
const shortestPhase_seconds = 2

/** A stretch to be played: how it is recorded, and what the engine is told. */
export interface Stretch {
  readonly kind: StretchRecord['kind']
  readonly name: string
  readonly rung?: number
  readonly sessions_per_second: number
  /** Played first, not counted: until sessions of the stretch before have ended. */
  readonly settle_seconds: number
  readonly counted_seconds: number
  readonly measured: boolean
  /** What the engine is told, all but when; a rate lasts as long as settling and counting do. */
  readonly play: Unplaced<StretchRequest>
}

type Unplaced<T> = T extends unknown ? Omit<T, 'second' | 'lasts_ms'> : never

/** A stretch on the clock of the load. */
export interface Placed {
  /** Whole seconds, as a record has them. */
  readonly from_second: number
  readonly counted_from_second: number
  /** Exclusive. */
  readonly to_second: number
  readonly request: StretchRequest
}

/** Places a stretch at the earliest: what settles begins at once, what counts begins with a whole second. */
export function place({ settle_seconds, counted_seconds, play }: Stretch, now: number): Placed {
  // What follows a stretch that has just ended begins a few milliseconds late rather than a second later.
  const from_second = Math.ceil(settle_seconds === 0 ? now - latest_seconds : now)
  const second = settle_seconds === 0 ? from_second : now
  const counted_from_second = Math.ceil(second + settle_seconds)
  const to_second = counted_from_second + counted_seconds
  const lasts_ms = (to_second - second) * 1_000
  const request = play.from === 'rate' ? { ...play, second, lasts_ms } : { ...play, second }
  return { from_second, counted_from_second, to_second, request }
}

export interface StepPlace {
  readonly plan: Plan
  readonly rung: number
  readonly repeat: number
  /** How often this run has played the rung before. */
  readonly attempt: number
}

/** The number of the step's block of sessions, the same in every configuration. */
export function blockOfStep({ plan, rung, repeat, attempt }: StepPlace): number {
  const rungs = plan.search.ladder_sessions_per_second.length
  return 1 + ((repeat - 1) * rungs + rung) * attemptsPerRung + (attempt % attemptsPerRung)
}

/** One step: settles until the sessions before are gone, then counts long enough for the checks. */
export function stepStretch(
  place: StepPlace & {
    readonly workload: Workload
    readonly longestSession_ms: number
    readonly actionsPerSession: number
    /** Fewer cannot decide the checks. */
    readonly actionsToCount: number
  },
): Stretch {
  const { plan, rung, workload, longestSession_ms, actionsPerSession, actionsToCount } = place
  const { ladder_sessions_per_second, counted_seconds, counted_actions } = plan.search
  const sessions_per_second = ladder_sessions_per_second[rung]!
  const actions = Math.max(counted_actions, actionsToCount)
  const needed = Math.ceil((1.1 * actions) / (sessions_per_second * actionsPerSession))
  const counted = Math.min(longestStep_seconds, Math.max(counted_seconds, needed))
  const settle_seconds = Math.max(shortestSettling_seconds, longestSession_ms / 1_000)
  return {
    kind: 'step',
    name: `rung ${rung}`,
    rung,
    sessions_per_second,
    settle_seconds,
    counted_seconds: counted,
    measured: true,
    play: {
      from: 'rate',
      first_session: blockOfStep(place) * sessionsPerBlock,
      sessions_per_second,
      mixOf: loadLinePhase(workload).name,
    },
  }
}

/**
 * Where the warm-up begins, and the most it ever plays: sessions per second. People who are there at once do not
 * come within one second: of a closed load, those that the scale leaves are as many as may come.
 */
export function warmUpRates({
  workload,
  scale,
  processes,
}: {
  readonly workload: Workload
  readonly scale: number
  /** Of the entry part: each needs its share of the requests. */
  readonly processes: number
}): { readonly first: number; readonly most: number } {
  const { shape } = loadLinePhase(workload).phase
  const highest = shape.model === 'closed' ? shape.highest / scale : shape.highest * processes
  return { first: highest * firstShare, most: highest * mostLevels }
}

/** One of the first rounds without limits: how much CPU a session costs decides the rate of the next. */
export function coldStretch({
  workload,
  round,
  sessions_per_second,
}: {
  readonly workload: Workload
  /** From 0. */
  readonly round: number
  readonly sessions_per_second: number
}): Stretch {
  const first_session = round * Math.floor(sessionsPerBlock / 2 / mostColdRounds)
  return warmUpStretch({ workload, sessions_per_second, counted_seconds: 0, first_session })
}

/**
 * The rest of the warm-up, still without limits: as fast as this machine can, because compilers of processes
 * work by the number of calls. What they have not done by then, they do at an eighth of a core, for seconds.
 */
export function hotStretch({
  plan,
  workload,
  sessions_per_second,
}: {
  readonly plan: Plan
  readonly workload: Workload
  readonly sessions_per_second: number
}): Stretch {
  const counted_seconds = plan.quick ? warmUp_seconds.hot.quick : warmUp_seconds.hot.full
  const first_session = sessionsPerBlock / 2
  return warmUpStretch({ workload, sessions_per_second, counted_seconds, first_session })
}

/** The first seconds under limits, some way below the first step: one that began there would be a shock. */
export function limitedStretch({
  plan,
  workload,
  repeat,
  first_step_per_second,
}: {
  readonly plan: Plan
  readonly workload: Workload
  readonly repeat: number
  readonly first_step_per_second: number
}): Stretch {
  const block = (repeat - 1) / plan.search.repeats
  return warmUpStretch({
    workload,
    sessions_per_second: limitedShare * first_step_per_second,
    counted_seconds: warmUp_seconds.limited,
    first_session: Math.floor((0.75 + 0.25 * block) * sessionsPerBlock),
  })
}

function warmUpStretch({
  workload,
  sessions_per_second,
  counted_seconds,
  first_session,
}: {
  readonly workload: Workload
  readonly sessions_per_second: number
  readonly counted_seconds: number
  readonly first_session: number
}): Stretch {
  return {
    kind: 'warm-up',
    name: 'warm-up',
    sessions_per_second,
    settle_seconds: shortestRound_seconds,
    counted_seconds,
    measured: false,
    play: {
      from: 'rate',
      sessions_per_second,
      mixOf: loadLinePhase(workload).name,
      first_session,
    },
  }
}

/**
 * The phases as declared, their levels multiplied so that the one marked `loadLine` reaches the expected
 * load at its highest, or brought to scale where it is closed; shortened in the quick form.
 */
export function phaseStretches({
  plan,
  workload,
  actionsPerSession,
}: {
  readonly plan: Plan
  readonly workload: Workload
  readonly actionsPerSession: number
}): Stretch[] {
  const { shape } = loadLinePhase(workload).phase
  const expectedSessions = plan.expected_per_second / plan.scale / actionsPerSession
  // Users are what they were declared to be at full size: a closed load slows down where a system does.
  const level = shape.model === 'closed' ? 1 / plan.scale : expectedSessions / shape.highest
  const all_ms = plan.phases.reduce((sum, phase) => sum + phase.lasts_ms, 0)
  const quick = plan.phases_share ?? Math.min(1, (quickSeconds(plan) * 1_000) / all_ms)
  const shortened = plan.quick ? quick : 1
  const firstBlock = blockOfStep({ plan, rung: 0, repeat: plan.search.repeats + 1, attempt: 0 })
  return plan.phases.map((phase, n): Stretch => {
    const wanted_seconds = Math.round((phase.lasts_ms * shortened) / 1_000)
    const counted_seconds = Math.max(shortestPhase_seconds, wanted_seconds)
    const duration = (counted_seconds * 1_000) / phase.lasts_ms
    return {
      kind: 'phase',
      name: phase.name,
      sessions_per_second: workload.phases[phase.name]!.shape.mean * level,
      settle_seconds: 0,
      counted_seconds,
      measured: phase.measured,
      play: {
        from: 'phase',
        phase: phase.name,
        level,
        duration,
        first_session: (firstBlock + n) * sessionsPerBlock,
      },
    }
  })
}

/** What is broken needs time to show. What scales needs more than a quick form has: its workload says how much. */
function quickSeconds({ faults }: Plan): number {
  return faults === undefined ? quickPhases_seconds : quickFaults_seconds
}
