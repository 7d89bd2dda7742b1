// GET /logs/:id: one record by one probe, because its id begins with its timestamp. One that is not there is
// `pending` while records as young as its id may still be in the queue.

import {
  plainArray,
  Problem,
  statement,
  type Coalescer,
  type HttpApp,
  type LaneOptions,
} from '@plimsoll/service'
import { Type } from 'typebox'

import type { KeyGate } from '../keys/key-gate.ts'
import { timestampOf } from '../records/record-id.ts'
import type { QueueWatch } from '../watch/queue-watch.ts'
import { recordColumns, recordJson, type RecordRow } from './record-json.ts'

const find = statement(
  'find_logs',
  `select wanted.position, ${recordColumns
    .split(', ')
    .map((column) => `l.${column}`)
    .join(', ')}
   from unnest($1::uuid[], $2::timestamptz[]) with ordinality as wanted (id, timestamp, position)
   join logs l on l.timestamp = wanted.timestamp and l.id = wanted.id`,
)

interface Wanted {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly timestamp: number
}

const lane: LaneOptions<Wanted, RecordRow | undefined> = {
  statement: find,
  kind: 'read',
  bytes: () => 64,
  bind: (wanted) => [
    plainArray(wanted.map(({ id }) => id)),
    plainArray(wanted.map(({ timestamp }) => `"${new Date(timestamp).toISOString()}"`)),
  ],
  answers: (rows, wanted) => {
    const found = new Map(rows.map(([position, ...row]) => [Number(position), row]))
    return wanted.map((_, i) => found.get(i + 1) as unknown as RecordRow | undefined)
  },
}

export interface RecordRouteOptions {
  readonly coalescer: Coalescer
  readonly watch: QueueWatch
  /** Undefined: everybody may read. */
  readonly gate: KeyGate | undefined
}

/** Adds the route to the service; `app` has charged one record for each request. */
export function addRecordRoute(app: HttpApp, { coalescer, watch, gate }: RecordRouteOptions): void {
  const read = coalescer.lane(lane)
  const schema = { summary: 'One record', params: Type.Object({ id: Type.String() }) }
  app.get('/logs/:id', { schema }, async (request, reply) => {
    const id = request.params.id.toLowerCase()
    const timestamp = timestampOf(id)
    if (timestamp === undefined) throw absent('This is no id of a record.')
    const row = await read({ id, timestamp })
    if (row === undefined) {
      throw watch.mayHold(timestamp)
        ? absent('Records as young as this id may still be in the queue. Ask again.', 'pending')
        : absent('There is no record with this id.')
    }
    const body = recordJson(row)
    gate?.charge(request.raw, { records: 0, bytes: Buffer.byteLength(body) })
    return await reply.header('content-type', 'application/json; charset=utf-8').send(body)
  })
}

function absent(detail: string, state?: 'pending'): Problem {
  const extensions = state === undefined ? {} : { state }
  return new Problem({ status: 404, title: 'Not found', detail, extensions })
}
