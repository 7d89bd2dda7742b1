// Requests are checked by the TypeBox schema that also makes the OpenAPI document. Texts of the query and
// the path become numbers and booleans where the schema says so; bodies are never converted: "5" is no 5.
// A parameter given twice is refused, whatever its value.

import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

import { badRequest, type Problem } from './problem.ts'

const placeOf: Readonly<Record<string, string>> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'header',
}

/** Compiles a schema once per route. */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema)
  const place = placeOf[httpPart ?? ''] ?? 'request'
  const convert =
    httpPart === 'querystring' || httpPart === 'params' ? converter(schema) : undefined
  return (given: unknown) => {
    const value = convert === undefined ? given : convert(given as Record<string, unknown>)
    if (check.Check(value)) return { value }
    return { error: refusal(place, check.Errors(value)) }
  }
}

interface ConvertibleSchema {
  readonly properties?: Readonly<Record<string, { type?: string; default?: unknown }>>
}

type Converter = (given: Readonly<Record<string, unknown>>) => Record<string, unknown>

function converter(schema: TSchema): Converter {
  const properties = Object.entries((schema as ConvertibleSchema).properties ?? {})
  return (given) => {
    const value: Record<string, unknown> = {}
    for (const [name, { type, default: byDefault }] of properties) {
      const found = given[name]
      if (found === undefined) {
        if (byDefault !== undefined) value[name] = byDefault
      } else value[name] = typeof found === 'string' ? converted(type, found) : found
    }
    return value
  }
}

const decimal = /^-?(0|[1-9]\d{0,15})(\.\d{1,15})?$/

function converted(type: string | undefined, text: string): unknown {
  if (type === 'integer' || type === 'number') return decimal.test(text) ? Number(text) : text
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  return text
}

interface SchemaError {
  readonly instancePath: string
  readonly message?: string
  readonly params?: unknown
}

function refusal(place: string, found: readonly SchemaError[]): Problem {
  const errors = found.slice(0, 20).map(({ instancePath, message }) => ({
    where: place + instancePath.replaceAll('/', '.'),
    problem: message ?? 'is not as declared',
  }))
  const first = errors[0]
  const detail =
    first === undefined ? `The ${place} is not as declared.` : `${first.where}: ${first.problem}.`
  return badRequest(detail, { errors })
}
