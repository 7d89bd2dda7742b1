// A Postman collection (2.0, 2.1): each folder becomes a persona that makes its requests in their order.

import type { Draft, DraftBody, DraftPersona, DraftRequest, DraftStep, Value } from './draft.ts'
import { importUnusable, type DocumentValue } from './document-value.ts'
import { LeftOut } from './left-out.ts'
import { camelCase, snakeCase, uniqueNames } from './names.ts'
import { PostmanVariables } from './postman-variables.ts'
import { formBody, headersWorth, jsonBody, queryOf, spokenMethod } from './request-parts.ts'

interface Reading {
  readonly variables: PostmanVariables
  readonly leftOut: LeftOut
}

const deepestFolder = 32

export function draftFromPostman(document: DocumentValue, { file }: { file: string }): Draft {
  if (document.at('requests').isThere && document.at('order').isThere) {
    throw document
      .at('item')
      .unlike(
        'a collection in format 2',
        'This is format 1: export it from Postman as "Collection v2.1".',
      )
  }
  const reading = { variables: new PostmanVariables(document), leftOut: new LeftOut() }
  const name = document.in('info', 'name').textOr('')
  const items = document.at('item').items()
  leaveOutAround(document, reading.leftOut)
  const unique = uniqueNames()
  const personas: DraftPersona[] = []
  const loose = items.filter((item) => !isFolder(item))
  const folders = items
    .filter(isFolder)
    .map((folder) => ({ folder, title: folder.at('name').textOr('') }))
  const looseSteps = loose.flatMap((item) => stepsOf(item, reading, 0))
  if (looseSteps.length > 0)
    personas.push(
      personaOf(
        { name: camelCase(name, 'everybody'), why: 'makes the requests that are in no folder' },
        looseSteps,
        unique,
      ),
    )
  for (const { folder, title } of folders) {
    leaveOutAround(folder, reading.leftOut)
    const steps = folder
      .at('item')
      .items()
      .flatMap((item) => stepsOf(item, reading, 1))
    if (steps.some(({ kind }) => kind === 'request')) {
      personas.push(
        personaOf(
          { name: camelCase(title, 'folder'), why: `makes the requests of the folder ${title}` },
          steps,
          unique,
        ),
      )
    }
  }
  if (personas.length === 0) {
    const found = reading.leftOut.sentences.join('; ') || 'no requests below /item'
    throw importUnusable(
      file,
      `expected requests that can be played, found none: ${found}`,
      'Export a collection, not an environment.',
    )
  }
  return {
    source: `${file}${name === '' ? '' : ` (${name})`}`,
    notes: reading.leftOut.sentences.map((sentence) => `Left out: ${sentence}.`),
    variables: reading.variables.drafts,
    personas,
  }
}

function isFolder(item: DocumentValue): boolean {
  return item.at('item').isThere
}

/** Scripts and authorization stand at collections, folders and requests alike. */
function leaveOutAround(place: DocumentValue, leftOut: LeftOut): void {
  for (const event of place.at('event').itemsOrNone()) {
    const lines = event.in('script', 'exec').value
    const isEmpty = lines === undefined || (Array.isArray(lines) && lines.join('').trim() === '')
    if (!isEmpty)
      leftOut.add('script: write what it does into the persona', event.at('listen').textOr(''))
  }
  const type = place.in('auth', 'type').textOr('noauth')
  if (type !== 'noauth') leftOut.add('authorization: send your own with http.always({ … })', type)
}

function stepsOf(item: DocumentValue, reading: Reading, depth: number): DraftStep[] {
  if (depth > deepestFolder) throw item.unlike('at most 32 folders in each other')
  const name = item.at('name').textOr('')
  leaveOutAround(item, reading.leftOut)
  if (isFolder(item)) {
    const steps = item
      .at('item')
      .items()
      .flatMap((inner) => stepsOf(inner, reading, depth + 1))
    return [{ kind: 'heading', text: name }, ...steps]
  }
  const request = requestOf(item, name, reading)
  return request === undefined ? [] : [request]
}

function personaOf(
  { name, why }: { name: string; why: string },
  steps: readonly DraftStep[],
  unique: (name: string) => string,
): DraftPersona {
  const pause: DraftStep = { kind: 'pause', from_ms: 1_000, to_ms: 3_000 }
  const weight = steps.filter(({ kind }) => kind === 'request').length
  // Between requests, and before a heading rather than after it.
  const paused = steps.flatMap((step, n) => {
    const isFirst = !steps.slice(0, n).some(({ kind }) => kind === 'request')
    return isFirst || steps[n - 1]?.kind === 'heading' ? [step] : [pause, step]
  })
  return { name: unique(name), why, weight, always: {}, steps: paused }
}

function requestOf(item: DocumentValue, name: string, reading: Reading): DraftRequest | undefined {
  const { leftOut, variables } = reading
  const request = item.at('request')
  // A request may be no more than its address.
  const url = typeof request.value === 'string' ? request : request.at('url')
  const methodName = request.at('method').textOr('GET')
  const method = spokenMethod(methodName)
  if (!url.isThere) return undefined
  if (method === undefined) {
    leftOut.add('request with a method that is not spoken', methodName)
    return undefined
  }
  if (request.isObject) leaveOutAround(request, leftOut)
  const headers = pairsOf(request.at('header'))
  const type = headers.find(([header]) => header.toLowerCase() === 'content-type')?.[1] ?? ''
  const body = bodyOf(request.at('body'), { type, name, reading })
  if (body === undefined) return undefined
  const { segments, pairs, given } = partsOf(url)
  const { query, fixed } = queryOf(
    pairs.map(([key, value]) => [key, variables.valueOf(value)]),
    leftOut,
  )
  const { path, params } = pathOf(segments, given, variables)
  const worth = Object.fromEntries(
    Object.entries(headersWorth(headers, leftOut)).map(([key, value]) => [
      key,
      variables.valueOf(value as string, { asText: true }),
    ]),
  )
  if (body?.as !== 'body') delete worth['content-type']
  return {
    kind: 'request',
    method,
    path: path + fixed,
    params,
    query,
    headers: worth,
    body,
    ok: [],
    comment: name,
  }
}

/** Names and values that are not switched off. */
function pairsOf(list: DocumentValue): [string, string][] {
  // Format 2.0 may have headers as one text.
  if (typeof list.value === 'string') {
    return list.value
      .split(/\r?\n/)
      .filter((line) => line.includes(':'))
      .map((line) => [
        line.slice(0, line.indexOf(':')).trim(),
        line.slice(line.indexOf(':') + 1).trim(),
      ])
  }
  return list
    .itemsOrNone()
    .filter((one) => one.at('disabled').value !== true && typeof one.at('key').value === 'string')
    .map((one) => [one.at('key').text(), one.at('value').textOr('')])
}

interface UrlParts {
  readonly segments: readonly string[]
  readonly pairs: readonly [string, string][]
  /** Values of `:name` segments. */
  readonly given: ReadonlyMap<string, string>
}

function partsOf(url: DocumentValue): UrlParts {
  const raw = typeof url.value === 'string' ? url.value : url.at('raw').textOr('')
  const [address = '', queryText = ''] = raw.split('#')[0]?.split(/\?(.*)/s) ?? []
  const given = new Map(pairsOf(url.at('variable')))
  const listed = url.at('path')
  const segments = Array.isArray(listed.value)
    ? listed.items().map((one) => (one.isObject ? one.at('value').textOr('') : String(one.value)))
    : withoutHost(
        typeof listed.value === 'string' ? `/${listed.value.replace(/^\//, '')}` : address,
      )
  const pairs = url.at('query').isThere ? pairsOf(url.at('query')) : queryPairs(queryText)
  return { segments, pairs, given }
}

/** `{{base}}/pets/1`, `https://host/pets/1`, `host/pets/1` → `pets`, `1`. */
function withoutHost(address: string): string[] {
  const path = address.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/^[^/]*/, '')
  return path.split('/').slice(1)
}

/** Kept as they were typed: `{{name}}` must not be encoded. */
function queryPairs(text: string): [string, string][] {
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      return [decodeURIComponentOr(name), decodeURIComponentOr(value)]
    })
}

function decodeURIComponentOr(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function pathOf(
  segments: readonly string[],
  given: ReadonlyMap<string, string>,
  variables: PostmanVariables,
): { path: string; params: Record<string, Value> } {
  const params: Record<string, Value> = {}
  const unique = uniqueNames()
  const written = segments.map((segment) => {
    const named = /^:(.+)$/.exec(segment)?.[1]
    const inBraces = /\{\{\s*([^{}]+?)\s*\}\}/.exec(segment)?.[1]
    if (named === undefined && inBraces === undefined)
      return encodeURI(decodeURIComponentOr(segment)).replaceAll(/[?#]/g, encodeURIComponent)
    const name = unique(snakeCase(named ?? inBraces ?? '', 'id'))
    params[name] = variables.valueOf(named === undefined ? segment : (given.get(named) ?? '1'))
    return `:${name}`
  })
  return { path: `/${written.join('/')}`, params }
}

/** Null: none. Undefined: one that cannot be sent. */
function bodyOf(
  body: DocumentValue,
  { type, name, reading }: { type: string; name: string; reading: Reading },
): DraftBody | null | undefined {
  const { variables, leftOut } = reading
  if (!body.isThere || body.at('disabled').value === true) return null
  switch (body.at('mode').textOr('')) {
    case 'raw': {
      const text = body.at('raw').textOr('')
      if (text.trim() === '') return null
      const language = body.in('options', 'raw', 'language').textOr('')
      const isJson =
        language === 'json' || type.includes('json') || (language === '' && /^\s*[[{]/.test(text))
      const json = isJson ? jsonWithVariables(text, variables) : undefined
      return json === undefined
        ? { as: 'body', value: variables.valueOf(text) }
        : jsonBody(json, leftOut)
    }
    case 'urlencoded':
      return formBody(
        pairsOf(body.at('urlencoded')).map(([key, value]) => [key, variables.valueOf(value)]),
        leftOut,
      )
    case 'graphql': {
      const asked = body.at('graphql')
      const given = jsonWithVariables(asked.at('variables').textOr('{}') || '{}', variables)
      return jsonBody({ query: asked.at('query').textOr(''), variables: given ?? {} }, leftOut)
    }
    case 'formdata':
    case 'file':
      leftOut.add('request with a file', name)
      return undefined
    default:
      return null
  }
}

/** JSON in which variables stand for texts and for whole values: `{ "id": {{id}} }`. Undefined: it is none. */
function jsonWithVariables(text: string, variables: PostmanVariables): Value | undefined {
  // Outside of a text a variable becomes a text of its own; comments are what Postman allows besides.
  const tokens = /("(?:[^"\\]|\\.)*")|\{\{\s*([^{}]+?)\s*\}\}|\/\/[^\n]*|\/\*[\s\S]*?\*\//g
  const json = text.replaceAll(
    tokens,
    (_, inText: string | undefined, name: string | undefined) => {
      if (inText !== undefined) return inText
      return name === undefined ? '' : JSON.stringify(`{{${name}}}`)
    },
  )
  try {
    return variables.within(JSON.parse(json) as Value)
  } catch {
    return undefined
  }
}
