// GET /logs: a page of records, newest first, by cursor or, for the first ten thousand, by offset.

import { badRequest, type HttpApp } from '@plimsoll/service'
import { Type } from 'typebox'

import type { KeyGate } from '../keys/key-gate.ts'
import { normalLevel } from '../records/level.ts'
import { readTimestamp } from '../records/read-timestamp.ts'
import { cursorOf, newestPlace, placeBefore, placeOf } from './cursor.ts'
import type { Page, PageRequest } from './list-store.ts'

const text = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 256, description }))

const Query = Type.Object({
  limit: Type.Integer({
    minimum: 1,
    maximum: 1_000,
    default: 100,
    description: 'At most so many; fewer where their messages exceed 8 MiB.',
  }),
  offset: Type.Integer({
    minimum: 0,
    maximum: 10_000,
    default: 0,
    description: 'Records that came before: after a short page, as many as there were.',
  }),
  cursor: Type.Optional(
    Type.String({ maxLength: 64, description: 'next_cursor of the page before.' }),
  ),
  level: text('Known levels in any case.'),
  service: text('Exactly this service.'),
  contains: text('Part of the message, as it is written.'),
  from: text('No record before this time.'),
  to: text('Records before this time only.'),
})

const Record = Type.Object({
  id: Type.String(),
  timestamp: Type.String({ format: 'date-time' }),
  level: Type.String(),
  service: Type.Union([Type.String(), Type.Null()]),
  message: Type.String(),
  received_at: Type.String({ format: 'date-time' }),
})

const Answer = Type.Object({
  logs: Type.Array(Record),
  next_cursor: Type.Union([Type.String(), Type.Null()]),
})

const deepest = 10_000
const earliest = '1970-01-01T00:00:00.000Z'

export interface ListOptions {
  /** A page that is asked for by place or filter. */
  readonly read: (request: PageRequest) => Promise<Page>
  /** The newest records of all. */
  readonly readNewest: (limit: number) => Promise<Page>
  /** Undefined: everybody may read. */
  readonly gate: KeyGate | undefined
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** Adds the route to the service; `app` has charged one record for each request. */
export function addListRoute(app: HttpApp, { read, readNewest, gate, clock }: ListOptions): void {
  const schema = {
    summary: 'A page of records, newest first',
    querystring: Query,
    response: { 200: Type.Unsafe<string>(Answer) },
  }
  app.get('/logs', { schema }, async (request, reply) => {
    const { limit, offset, cursor, level, service, contains, from, to } = request.query
    if (offset + limit > deepest) {
      throw badRequest(`query.offset: pages end at record ${deepest}. Follow next_cursor instead.`)
    }
    if (cursor !== undefined && offset > 0) {
      throw badRequest('query.offset: goes with no cursor. Give one of them.')
    }
    const time = (name: 'from' | 'to', value: string | undefined) => {
      if (value === undefined) return undefined
      const found = readTimestamp(value, clock())
      if (found === undefined) {
        throw badRequest(`query.${name}: expected a time, such as 2026-11-20T10:00:00Z.`)
      }
      return found
    }
    const [first, end] = [time('from', from), time('to', to)]
    const wanted: PageRequest = {
      after:
        cursor === undefined
          ? end === undefined
            ? newestPlace
            : placeBefore(end)
          : placeOf(cursor),
      from: first === undefined ? earliest : new Date(first).toISOString(),
      level: level === undefined ? null : normalLevel(level),
      service: service ?? null,
      contains: contains ?? null,
      skip: offset,
      limit,
    }
    const isPlain = [offset || undefined, cursor, level, service, contains, from, to].every(
      (value) => value === undefined,
    )
    const page = isPlain ? await readNewest(limit) : await read(wanted)
    // A cursor would not know how many are still to be skipped.
    if ((page.unskipped ?? 0) > 0) {
      throw badRequest(
        'query.offset: a page does not look far enough to skip so many matches. Follow next_cursor instead.',
      )
    }
    const body = pageJson(page)
    gate?.charge(request.raw, {
      records: Math.max(0, page.rows.length - 1),
      bytes: Buffer.byteLength(body),
    })
    return await reply.header('content-type', 'application/json; charset=utf-8').send(body)
  })
}

function pageJson({ rows, next }: Page): string {
  const cursor = next === null ? 'null' : `"${cursorOf(next)}"`
  return `{"logs":[${rows.join(',')}],"next_cursor":${cursor}}`
}
