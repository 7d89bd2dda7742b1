// The fields of a request, from its query, its JSON body or both. Public clients put a JSON body on a GET, which
// frameworks ignore unless told. Every refusal names its field.

import { badRequest, type HttpApp, type Problem } from '@plimsoll/service'
import type { FastifyRequest } from 'fastify'

import { Fault } from '../chats/chat.ts'

/** Values by name, each named in `names`, none checked further. Texts of a query are still texts. */
export interface Fields {
  readonly values: Readonly<Record<string, unknown>>
  /** Whether the value came as text in the query. */
  readonly isText: (name: string) => boolean
}

/** Gathers the fields of a request. Throws `Fault` for one that is not named, given twice, or contradicted. */
export function fieldsOf(request: FastifyRequest, names: ReadonlySet<string>): Fields {
  const query = request.query as Record<string, unknown>
  const body = bodyOf(request.body)
  const values: Record<string, unknown> = {}
  for (const name of Object.keys(body)) {
    if (!names.has(name)) throw new Fault(name.slice(0, 64), 'is not a field of this request')
    values[name] = body[name]
  }
  for (const [name, value] of Object.entries(query)) {
    if (!names.has(name)) throw new Fault(name.slice(0, 64), 'is not a field of this request')
    if (typeof value !== 'string') throw new Fault(name, 'is given twice in the query')
    if (Object.hasOwn(body, name)) {
      if (String(body[name]) === value) continue
      throw new Fault(name, 'is one thing in the query and another in the body')
    }
    values[name] = value
  }
  return { values, isText: (name) => !Object.hasOwn(body, name) }
}

/** A text. */
export function textField({ values }: Fields, name: string): string {
  const value = values[name]
  if (value === undefined) throw new Fault(name, 'is missing')
  if (typeof value !== 'string') throw new Fault(name, 'must be a text')
  return value
}

export interface Bounds {
  readonly from: number
  readonly to: number
}

/** A whole number within bounds; undefined when it is not there. */
export function wholeField(fields: Fields, name: string, { from, to }: Bounds): number | undefined {
  const given = fields.values[name]
  if (given === undefined) return undefined
  const isDigits = fields.isText(name) && typeof given === 'string' && /^-?\d{1,20}$/.test(given)
  const value = isDigits ? Number(given) : given
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= from && value <= to) {
    return value
  }
  throw new Fault(name, `must be a whole number from ${from} to ${to}`)
}

/** `true` or `false`; undefined when it is not there. */
export function booleanField(fields: Fields, name: string): boolean | undefined {
  const given = fields.values[name]
  if (given === undefined || typeof given === 'boolean') return given
  if (fields.isText(name) && (given === 'true' || given === 'false')) return given === 'true'
  throw new Fault(name, 'must be true or false')
}

/** Runs what reads a request; a `Fault` becomes 400 with the field's name. */
export function reading<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof Fault ? badField(error) : error
  }
}

/** 400: this field is at fault. */
export function badField({ field, message }: Fault): Problem {
  return badRequest(`${field}: ${message}.`, {
    field,
    errors: [{ where: field, problem: message }],
  })
}

/** Adds routes whose bodies stay text until `fieldsOf` reads them. */
export async function addFieldRoutes(
  app: HttpApp,
  { contentType, add }: { contentType: string; add: (scope: HttpApp) => void },
): Promise<void> {
  await app.register(async (plain) => {
    const scope = plain as unknown as HttpApp
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(contentType, { parseAs: 'string' }, (_request, body, done) => {
      done(null, body)
    })
    add(scope)
  })
}

function bodyOf(given: unknown): Record<string, unknown> {
  if (typeof given !== 'string' || given === '') return {}
  let body: unknown
  try {
    body = JSON.parse(given)
  } catch {
    throw new Fault('body', 'must be JSON')
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Fault('body', 'must be a JSON object')
  }
  return body as Record<string, unknown>
}
