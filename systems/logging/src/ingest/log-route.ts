// POST /log: one record, 201 once the queue holds it.

import { badRequest, Problem, type HttpApp } from '@plimsoll/service'
import { Type } from 'typebox'

import type { KeyGate } from '../keys/key-gate.ts'
import type { RecordReader } from '../records/read-record.ts'
import type { Packer } from './packer.ts'
import { refusal } from './refusals.ts'

const Body = Type.Object({
  message: Type.String(),
  level: Type.String(),
  timestamp: Type.Optional(Type.Union([Type.String(), Type.Number()])),
  service: Type.Optional(Type.String()),
  id: Type.Optional(Type.String({ format: 'uuid', description: 'A UUID of version 7.' })),
})

export interface IngestOptions {
  readonly packer: Packer
  readonly reader: RecordReader
  /** Undefined: everybody may write. */
  readonly gate?: KeyGate | undefined
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** Adds the route; `app` hands bodies over as bytes. */
export function addLogRoute(app: HttpApp, { packer, reader, gate, clock }: IngestOptions): void {
  const schema = {
    summary: 'Take one record',
    // Checked by the reader: it says what is wrong with a record, here and in a batch.
    body: Type.Unsafe<Buffer>({ ...Body, 'x-checked': 'by the reader' }),
    response: {
      201: Type.Unsafe<string>(Type.Object({ status: Type.String(), id: Type.String() })),
    },
  }
  app.post('/log', { schema, validatorCompiler: () => () => true }, async (request, reply) => {
    gate?.begin(request.raw, { records: 1, bytes: request.body.length })
    const record = reader.read(parse(request.body), clock())
    if ('reason' in record) throw notAcceptable(record.reason)
    try {
      await packer.add(record.line, 1)
    } catch (error) {
      throw refusal(error, { id: record.id })
    }
    return await reply
      .code(201)
      .header('content-type', 'application/json; charset=utf-8')
      .send(`{"status":"queued","id":"${record.id}"}`)
  })
}

function parse(body: unknown): unknown {
  try {
    return JSON.parse((body as Buffer).toString())
  } catch {
    throw badRequest('body: expected JSON.')
  }
}

/** 422: the record is not as the contract wants it. */
export function notAcceptable(reason: string): Problem {
  return new Problem({ status: 422, title: 'Not acceptable', detail: `${reason}.` })
}
