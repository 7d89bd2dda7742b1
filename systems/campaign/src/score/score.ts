// The score rule, as one pure function of who is in a team:
//
//   weight = 1 ÷ number of the member's teams
//   T = Σ weights      N = Σ weights of members who are new customers
//   S = hours between the earliest and the latest last check-in of the members; 0 with fewer than two
//   score = T ÷ (0.05 · (S + 1)) + 3 · N

/** A member of a team, as the rule sees it. */
export interface Member {
  /** How many teams the member is in, this one among them. */
  readonly teams: number
  readonly isNewCustomer: boolean
  /** The last valid check-in in microseconds since 1970; undefined: there is none. */
  readonly lastCheckin: number | undefined
}

/** What a score is made of. Weights are counted in units: no sum of them is rounded. */
export interface ScoreFigures {
  readonly members: number
  readonly total_units: number
  readonly new_units: number
  /** Microseconds since 1970. */
  readonly earliest: number
  readonly latest: number
  readonly score: number
}

/** Units of one whole member: what 1 to 20 teams divide without a rest. */
export const unitsPerMember = 232_792_560

const microsecondsPerSecond = 1_000_000
const secondsPerHour = 3_600

/** Applies the rule; `starts` (microseconds since 1970) is when members count from who never checked in. */
export function scoreOf(members: readonly Member[], starts: number): ScoreFigures {
  const units = ({ teams }: Member) => unitsPerMember / teams
  const sum = (some: readonly Member[]) => some.reduce((all, member) => all + units(member), 0)
  const moments = members.map(({ lastCheckin }) => Math.max(starts, lastCheckin ?? starts))
  const total_units = sum(members)
  const new_units = sum(members.filter(({ isNewCustomer }) => isNewCustomer))
  const earliest = moments.reduce((least, moment) => Math.min(least, moment), Infinity)
  const latest = moments.reduce((most, moment) => Math.max(most, moment), -Infinity)
  const hours =
    members.length < 2 ? 0 : (latest - earliest) / microsecondsPerSecond / secondsPerHour
  const score =
    total_units / unitsPerMember / (0.05 * (1 + hours)) + 3 * (new_units / unitsPerMember)
  return { members: members.length, total_units, new_units, earliest, latest, score }
}
