// Rules that wake somebody up, declared with the system: the same declaration is evaluated over recorded
// seconds here and deployed to a cloud later.

import type { Fault } from '@plimsoll/workload'
import type { Milliseconds } from '@plimsoll/workload'
import type { AlarmMetric, PlannedAlarm } from '@plimsoll/record'

/** A threshold, how long it must be passed, and what to do then. */
export interface Alarm {
  readonly part: string
  readonly metric: AlarmMetric
  /** In the unit of the metric: ms, messages, bytes; `cpu_share` is 0 to 1. */
  readonly above: number
  readonly for: Milliseconds
  /** What to do, for whoever is woken up. */
  readonly remedy: string
}

export type Alarms = Readonly<Record<string, Alarm>>

/** As the plan holds them. */
export function plannedAlarms(alarms: Alarms): PlannedAlarm[] {
  return Object.entries(alarms).map(([name, { for: lasts_ms, ...alarm }]) => ({
    name,
    ...alarm,
    lasts_ms,
  }))
}

/** What cannot be watched, all of it at once. */
export function alarmFaults(alarms: Alarms, parts: readonly string[]): Fault[] {
  return Object.entries(alarms).flatMap(([name, { part, above, for: lasts }]) => {
    const where = `alarms.${name}`
    const wrong: Fault[] = []
    if (!parts.includes(part)) {
      wrong.push({
        where: `${where}.part`,
        problem: `expected one of ${parts.join(', ')}, found "${part}"`,
      })
    }
    if (!Number.isFinite(above)) {
      wrong.push({ where: `${where}.above`, problem: `expected a number, found ${above}` })
    }
    if (!(lasts >= 0 && Number.isFinite(lasts))) {
      wrong.push({ where: `${where}.for`, problem: `expected a time, found ${lasts}` })
    }
    return wrong
  })
}
