// POST /logs: many records, each with its own end. 202 names those that were not taken and why.

import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { Problem, unavailable, type HttpApp } from '@plimsoll/service'
import { Type } from 'typebox'

import type { BodyBudget } from './body-budget.ts'
import type { IngestOptions } from './log-route.ts'
import { NotTaken } from './packer.ts'
import { reasons, refusal } from './refusals.ts'
import { splitArray, splitLines, type BodyItem } from './split-body.ts'
import { mostUnpacked, unpack } from './unpack.ts'

const Answer = Type.Object({
  accepted: Type.Integer(),
  ids: Type.Array(Type.String(), { description: 'Of the records accepted, in their order.' }),
  rejected: Type.Array(Type.Object({ index: Type.Integer(), reason: Type.String() })),
})

export interface LogsRouteOptions extends IngestOptions {
  /** The largest body, unpacked. */
  readonly bodyBytes: number
  readonly recordsPerRequest: number
  /** Requests at one time. */
  readonly batchesInFlight: number
  /** Of all bodies in memory. */
  readonly budget: BodyBudget
}

/** What is looked at of a request. */
interface Received {
  readonly raw: IncomingMessage
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

interface Rejected {
  readonly index: number
  readonly reason: string
  readonly id?: string
}

/** Records that are sent together. */
interface Parcel {
  readonly members: { readonly index: number; readonly id: string }[]
  lines: string
}

/** Records are handed on in pieces of about this size, so that a large request shares chunks. */
const parcelLength = 65_536
/** Between so many records others get their turn. */
const recordsPerTurn = 2_000

/** Adds the route; `app` hands bodies over as bytes. */
export function addLogsRoute(app: HttpApp, options: LogsRouteOptions): void {
  let inFlight = 0
  const schema = {
    summary: 'Take many records: a JSON array, or NDJSON, gzip or not',
    body: Type.Unsafe<Buffer>(Type.Array(Type.Object({}))),
    response: { 202: Type.Unsafe<string>(Answer), 422: Type.Unsafe<string>(Answer) },
  }
  app.post(
    '/logs',
    {
      schema,
      validatorCompiler: () => () => true,
      // Before the body is read: bodies are what takes the memory.
      onRequest: async (_request, reply) => {
        if (inFlight >= options.batchesInFlight)
          throw unavailable('Too many batches are in flight.')
        // Keys were looked at before: whoever has left meanwhile would keep the place.
        if (reply.raw.destroyed) return
        inFlight++
        reply.raw.once('close', () => inFlight--)
      },
    },
    async (request, reply) => {
      const items = await itemsOf(request, reply.raw, options)
      const answer = await take(items, options)
      return await reply
        .code(answer.status)
        .header('content-type', 'application/json; charset=utf-8')
        .send(answer.body)
    },
  )
}

/** Unpacks and splits a body. The key is charged for it as it came, then for what it turned out to be. */
async function itemsOf(
  { raw, headers, body: packed }: Received,
  response: ServerResponse,
  { gate, budget, bodyBytes: limit, recordsPerRequest: most }: LogsRouteOptions,
): Promise<BodyItem[]> {
  const begun = { records: 1, bytes: packed.length }
  gate?.begin(raw, begun)
  const encoding = headers['content-encoding']
  let use = encoding === 'gzip' ? { records: 1, bytes: mostUnpacked(packed, limit) } : begun
  try {
    const body = await unpack(packed, { encoding, limit })
    use = { records: 1, bytes: body.length }
    if (body !== packed) budget.set(response, packed.length + body.length)
    const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
    const items = type === 'application/json' ? splitArray(body, most) : splitLines(body, most)
    use = { records: Math.min(items.length, most), bytes: body.length }
    if (items.length > most) throw tooMany(most)
    return items
  } finally {
    gate?.extend(raw, { begun, use })
  }
}

function tooMany(most: number): Problem {
  return new Problem({
    status: 413,
    title: 'Too large',
    detail: `A request has at most ${most} records.`,
  })
}

async function take(items: readonly BodyItem[], options: LogsRouteOptions) {
  const { rejected, parcels } = await pack(items, options)
  const ends = await Promise.allSettled(
    parcels.map(({ lines, members }) => options.packer.add(lines, members.length)),
  )
  const ids: string[] = []
  let failed: NotTaken | undefined
  for (const [i, end] of ends.entries()) {
    const { members = [] } = parcels[i] ?? {}
    if (end.status === 'fulfilled') for (const { id } of members) ids.push(id)
    else {
      if (!(end.reason instanceof NotTaken)) throw end.reason
      // One that may have been taken decides what is said of all: whoever sent them sends them again with their ids.
      if (failed?.failure !== 'lost') failed = end.reason
      const reason = reasons[end.reason.failure]
      for (const { index, id } of members) rejected.push({ index, reason, id })
    }
  }
  rejected.sort((a, b) => a.index - b.index)
  if (ids.length === 0 && failed !== undefined) throw refusal(failed, { rejected })
  return {
    // Nothing accepted is no success, however well it was answered.
    status: ids.length === 0 && rejected.length > 0 ? (422 as const) : (202 as const),
    body: JSON.stringify({ accepted: ids.length, ids, rejected }),
  }
}

async function pack(items: readonly BodyItem[], { reader, clock }: LogsRouteOptions) {
  const rejected: Rejected[] = []
  const parcels: Parcel[] = []
  let parcel: Parcel | undefined
  const now = clock()
  for (const [n, item] of items.entries()) {
    if (n % recordsPerTurn === recordsPerTurn - 1) await new Promise((next) => setImmediate(next))
    const { index } = item
    const record = 'fault' in item ? { reason: item.fault } : reader.read(item.value, now)
    if ('reason' in record) {
      rejected.push({ index, reason: record.reason })
      continue
    }
    if (parcel === undefined || parcel.lines.length + record.line.length > parcelLength) {
      parcels.push((parcel = { members: [], lines: '' }))
    }
    parcel.lines += record.line
    parcel.members.push({ index, id: record.id })
  }
  return { rejected, parcels }
}
