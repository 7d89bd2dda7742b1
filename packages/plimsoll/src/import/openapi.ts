// A description of an API (OpenAPI 3.0, 3.1, Swagger 2.0) as one persona for each tag: a session calls every operation
// of it once, with the examples of the description.

import type { Draft, DraftBody, DraftPersona, DraftRequest, DraftStep, Value } from './draft.ts'
import { importUnusable, type DocumentValue } from './document-value.ts'
import { LeftOut } from './left-out.ts'
import { camelCase, snakeCase, uniqueNames } from './names.ts'
import { exampleOf, givenExample, resolver } from './openapi-examples.ts'
import { formBody, headersWorth, jsonBody, queryOf, spokenMethod } from './request-parts.ts'

type Resolve = (value: DocumentValue) => DocumentValue

interface Reading {
  readonly document: DocumentValue
  readonly resolve: Resolve
  readonly leftOut: LeftOut
  /** In front of every path. */
  readonly base: string
}

export function draftFromOpenApi(document: DocumentValue, { file }: { file: string }): Draft {
  requireVersion(document)
  const leftOut = new LeftOut()
  const reading = { document, resolve: resolver(document), leftOut, base: basePath(document) }
  const byTag = new Map<string, DraftRequest[]>()
  for (const [path, item] of document.at('paths').members()) {
    for (const [name, operation] of reading.resolve(item).members()) {
      if (!isOperation(name)) continue
      const request = requestOf({ path, item: reading.resolve(item), name, operation }, reading)
      if (request === undefined) continue
      const tag = operation.at('tags').itemsOrNone()[0]?.textOr('') ?? ''
      byTag.set(tag, [...(byTag.get(tag) ?? []), request])
    }
  }
  if (byTag.size === 0) {
    const found = leftOut.sentences.join('; ') || 'no operations below /paths'
    throw importUnusable(
      file,
      `expected operations that can be played, found none: ${found}`,
      'Give the description of an HTTP API.',
    )
  }
  const unique = uniqueNames()
  const personas = [...byTag].map(([tag, requests]) => personaOf(tag, requests, unique))
  const title = document.in('info', 'title').textOr('')
  return {
    source: `${file}${title === '' ? '' : ` (${title})`}`,
    notes: [
      'A session calls every operation of its tag once, in the order: POST, GET, PUT, PATCH, DELETE.',
      'Values are the examples of the description, or the simplest that fit: put ids that exist in their place.',
      ...securityNotes(document),
      ...leftOut.sentences.map((sentence) => `Left out: ${sentence}.`),
    ],
    variables: [],
    personas,
  }
}

function requireVersion(document: DocumentValue): void {
  const version = document.at('openapi').isThere ? document.at('openapi') : document.at('swagger')
  const text = String(version.value)
  if (!/^(2\.0|3\.[0-2](\..*)?|2)$/.test(text)) {
    throw document
      .at('openapi')
      .unlike(
        'the version, 3.0, 3.1 or 2.0 as "swagger"',
        'Give the description of an API, not a list of it.',
      )
  }
}

/** The path of the first server: `--at` gives scheme and host. */
function basePath(document: DocumentValue): string {
  const [server] = document.at('servers').itemsOrNone()
  const template = server?.at('url').textOr('') ?? document.at('basePath').textOr('')
  const url = template.replaceAll(
    /\{([^}]*)\}/g,
    (_, name: string) => server?.in('variables', name, 'default').textOr(name) ?? name,
  )
  const { pathname } = URL.parse(url, 'http://server') ?? { pathname: '/' }
  return pathname.replace(/\/$/, '')
}

function isOperation(name: string): boolean {
  return /^(get|put|post|delete|options|head|patch|trace|query)$/.test(name)
}

interface Operation {
  readonly path: string
  readonly item: DocumentValue
  readonly name: string
  readonly operation: DocumentValue
}

function requestOf(
  { path, item, name, operation }: Operation,
  { document, resolve, leftOut, base }: Reading,
): DraftRequest | undefined {
  const method = spokenMethod(name)
  const called = `${name.toUpperCase()} ${path}`
  if (method === undefined) leftOut.add('operation with a method that is not spoken', called)
  else if (operation.at('deprecated').value === true) leftOut.add('deprecated operation', called)
  else {
    const parameters = parametersOf(item, operation, resolve)
    const body = bodyOf(
      { operation, parameters, consumes: consumesOf(document, operation) },
      { resolve, leftOut },
    )
    if (body === undefined) {
      leftOut.add('operation whose body cannot be written as text', called)
      return undefined
    }
    const named = (where: string) =>
      parameters
        .filter((one) => one.at('in').value === where && isSent(one))
        .map((one): [string, Value] => [one.at('name').text(), parameterExample(one, resolve)])
    if (named('cookie').length > 0) leftOut.add('cookie that an operation asks for', called)
    const summary = operation.at('summary').textOr(operation.at('operationId').textOr(''))
    return {
      kind: 'request',
      method,
      ...filledPath(base + path, Object.fromEntries(named('path'))),
      query: queryOf(named('query'), leftOut).query,
      headers: headersWorth(named('header'), leftOut),
      body,
      ok: [],
      comment: summary,
    }
  }
  return undefined
}

/** Those of the operation win over those of the path. */
function parametersOf(
  item: DocumentValue,
  operation: DocumentValue,
  resolve: Resolve,
): DocumentValue[] {
  const byName = new Map<string, DocumentValue>()
  for (const list of [item, operation]) {
    for (const one of list.at('parameters').itemsOrNone().map(resolve)) {
      byName.set(`${one.at('in').text()} ${one.at('name').text()}`, one)
    }
  }
  return [...byName.values()]
}

/** What may be left away and has no example is left away. */
function isSent(parameter: DocumentValue): boolean {
  if (parameter.at('required').value === true || parameter.at('in').value === 'path') return true
  return parameter.at('example').isThere || parameter.at('examples').isThere
}

/** A scalar: of a list its first item. */
function parameterExample(parameter: DocumentValue, resolve: Resolve): Value {
  const [content] = parameter.at('content').membersOrNone()
  const schema =
    content?.[1].at('schema') ??
    (parameter.at('schema').isThere ? parameter.at('schema') : parameter)
  const value = givenExample(parameter) ?? exampleOf(schema, resolve)
  const scalar: Value = Array.isArray(value) ? ((value[0] as Value | undefined) ?? '') : value
  return typeof scalar === 'object' && scalar !== null ? JSON.stringify(scalar) : scalar
}

/** `/pets/{pet-id}` → `/pets/:pet_id`; a parameter that is only part of a segment is written out. */
function filledPath(
  path: string,
  values: Readonly<Record<string, Value>>,
): { path: string; params: Record<string, Value> } {
  const params: Record<string, Value> = {}
  const segments = path.split('/').map((segment) => {
    const whole = /^\{([^{}]+)\}$/.exec(segment)?.[1]
    if (whole === undefined) {
      return segment.replaceAll(/\{([^{}]+)\}/g, (_, name: string) =>
        encodeURIComponent(textOf(values[name] ?? name)),
      )
    }
    const name = snakeCase(whole, 'id')
    params[name] = values[whole] ?? 1
    return `:${name}`
  })
  return { path: segments.join('/'), params }
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function consumesOf(document: DocumentValue, operation: DocumentValue): string[] {
  const own = operation.at('consumes').itemsOrNone()
  const types = own.length > 0 ? own : document.at('consumes').itemsOrNone()
  return types.map((type) => type.textOr(''))
}

/** Null: none. Undefined: one that cannot be sent. */
function bodyOf(
  {
    operation,
    parameters,
    consumes,
  }: {
    operation: DocumentValue
    parameters: readonly DocumentValue[]
    consumes: readonly string[]
  },
  { resolve, leftOut }: Pick<Reading, 'resolve' | 'leftOut'>,
): DraftBody | null | undefined {
  const inBody = parameters.find((one) => one.at('in').value === 'body')
  if (inBody !== undefined) return jsonBody(exampleOf(inBody.at('schema'), resolve), leftOut)
  const fields = parameters.filter((one) => one.at('in').value === 'formData' && isSent(one))
  if (fields.length > 0) {
    if (consumes.some((type) => type.startsWith('multipart/'))) return undefined
    return formBody(
      fields.map((one) => [one.at('name').text(), parameterExample(one, resolve)]),
      leftOut,
    )
  }
  const body = resolve(operation.at('requestBody'))
  const contents = body.at('content').membersOrNone()
  if (contents.length === 0) return null
  const json = contents.find(
    ([type]) => /^application\/([\w.-]+\+)?json/.test(type) || type === '*/*',
  )
  if (json !== undefined) return jsonBody(mediaExample(json[1], resolve), leftOut)
  const form = contents.find(([type]) => type.startsWith('application/x-www-form-urlencoded'))
  if (form !== undefined) {
    const value = mediaExample(form[1], resolve)
    const pairs =
      typeof value === 'object' && value !== null
        ? Object.entries(value as Record<string, Value>)
        : []
    return formBody(
      pairs.map(([name, one]) => [
        name,
        typeof one === 'object' && one !== null ? JSON.stringify(one) : one,
      ]),
      leftOut,
    )
  }
  return body.at('required').value === true ? undefined : null
}

function mediaExample(media: DocumentValue, resolve: Resolve): Value {
  return givenExample(media) ?? exampleOf(media.at('schema'), resolve)
}

const order = ['POST', 'GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']

function personaOf(
  tag: string,
  requests: readonly DraftRequest[],
  unique: (name: string) => string,
): DraftPersona {
  const inOrder = requests.toSorted((a, b) => order.indexOf(a.method) - order.indexOf(b.method))
  const pause: DraftStep = { kind: 'pause', from_ms: 1_000, to_ms: 3_000 }
  return {
    name: unique(camelCase(tag, 'everything')),
    why: tag === '' ? 'calls every operation without a tag' : `calls every operation of ${tag}`,
    weight: requests.length,
    always: {},
    steps: inOrder.flatMap((request, n) => (n === 0 ? [request] : [pause, request])),
  }
}

function securityNotes(document: DocumentValue): string[] {
  const schemes = document.in('components', 'securitySchemes').isThere
    ? document.in('components', 'securitySchemes')
    : document.at('securityDefinitions')
  return schemes.membersOrNone().map(([name, scheme]) => {
    const kind = [scheme.at('type').textOr(''), scheme.at('scheme').textOr('')].join(' ').trim()
    const header = scheme.at('in').value === 'header' ? scheme.at('name').textOr('') : ''
    return `The scheme ${name} (${kind}) is not carried out: send your own with http.always({ ${header === '' ? 'authorization' : `'${header.toLowerCase()}'`}: … }).`
  })
}
