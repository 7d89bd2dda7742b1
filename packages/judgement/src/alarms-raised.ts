// Which alarms a run would have raised: declared rules over recorded seconds. The highest instance counts, and a
// second that was not looked at ends nothing.

import type { AlarmMetric, PartSecond, PlannedAlarm } from '@plimsoll/record'

/** One time that an alarm was on. */
export interface RaisedAlarm {
  readonly alarm: PlannedAlarm
  /** When it was raised: `lasts_ms` after its threshold was first passed. */
  readonly from_second: number
  /** When it was passed no more; null: still on at the end. */
  readonly to_second: number | null
}

/** Every time that an alarm was on, in the order of the alarms. */
export function alarmsRaised(
  alarms: readonly PlannedAlarm[],
  rows: readonly PartSecond[],
): RaisedAlarm[] {
  return alarms.flatMap((alarm) => raisedBy(alarm, rows))
}

function raisedBy(alarm: PlannedAlarm, rows: readonly PartSecond[]): RaisedAlarm[] {
  const own = rows.filter(({ part }) => part === alarm.part)
  const raised: RaisedAlarm[] = []
  let passed_second: number | null = null
  let from_second: number | null = null
  for (const [second, instances] of Map.groupBy(own, (row) => row.second)) {
    const values = instances
      .map((row) => valueOf(row, alarm.metric))
      .filter((one) => one !== undefined)
    if (values.length === 0) continue
    if (Math.max(...values) > alarm.above) {
      passed_second ??= second
      if ((second + 1 - passed_second) * 1_000 >= alarm.lasts_ms) from_second ??= second + 1
    } else {
      if (from_second !== null) raised.push({ alarm, from_second, to_second: second })
      passed_second = from_second = null
    }
  }
  if (from_second !== null) raised.push({ alarm, from_second, to_second: null })
  return raised
}

function valueOf(row: PartSecond, metric: AlarmMetric): number | undefined {
  if (metric !== 'cpu_share') return row[metric]
  return row.limit_cores === null ? undefined : row.cpu_cores / row.limit_cores
}
