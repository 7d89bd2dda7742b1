// What PostgreSQL says about the newest records: how far its workers have come, and one snapshot to fill a cache with.

import { statement, type LaneOptions, type Rows } from '@plimsoll/service'

import { recordJson, type RecordRow } from '../read/record-json.ts'
import type { Progress, Snapshot } from './newest-cache.ts'
import { longestRow } from './newest-rows.ts'

const progressRows = `
select 'batch', worker::text, batches::text from worker_progress
union all
select 'epoch', epoch::text, null from newest_epoch`

const progress = statement('newest_progress', progressRows)

/** Everybody who asks at one time shares the statement. */
export const progressLane: LaneOptions<null, Progress> = {
  statement: progress,
  kind: 'read',
  bytes: () => 1,
  bind: () => [],
  answers: (rows, requests) => {
    const found = progressOf(rows)
    return requests.map(() => found)
  },
}

/** One statement is one snapshot: the batches are those whose records it sees. */
const snapshot = statement(
  'newest_snapshot',
  `
select 'record', r.id::text, r.timestamp::text, r.level, r.service, r.message, r.received_at::text
from (
  select id, timestamp, level, service, received_at,
    case when length(message) <= ${longestRow} then message end as message
  from logs order by timestamp desc, id desc limit $1
) as r
union all
select p.*, null, null, null, null from (${progressRows}) as p`,
)

/** So many of the newest records and the batches that they come from. */
export const snapshotLane: LaneOptions<number, Snapshot> = {
  statement: snapshot,
  kind: 'read',
  batch: { requests: 1, bytes: 8 },
  bytes: () => 8,
  bind: ([keep]) => [keep],
  answers: (rows, [keep = 0]) => [snapshotOf(rows, keep)],
}

function snapshotOf(found: Rows, keep: number): Snapshot {
  const records = found.filter(([kind]) => kind === 'record')
  const rows: string[] = []
  const absent: string[] = []
  const ids = records.map(([, id]) => id ?? '')
  if (records.length === keep) absent.push(ids.toSorted()[0] ?? '')
  for (const [, ...row] of records) {
    if (row[4] === null) absent.push(row[0] ?? '')
    else rows.push(recordJson(row as unknown as RecordRow))
  }
  return { progress: progressOf(found), rows, mark: absent.toSorted().at(-1) ?? '' }
}

function progressOf(rows: Rows): Progress {
  const epoch = rows.find(([kind]) => kind === 'epoch')?.[1] ?? ''
  const batches = rows
    .filter(([kind]) => kind === 'batch')
    .map(([, worker, count]) => [worker ?? '', Number(count)] as const)
  return { epoch, batches: new Map(batches) }
}
