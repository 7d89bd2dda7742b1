// What importers have in common: headers worth sending, bodies by their type, methods that are spoken.

import type { Method } from '@plimsoll/workload'
import type { DraftBody, Value } from './draft.ts'
import type { LeftOut } from './left-out.ts'
import { isSecret, secretPlace, withoutSecrets } from '../secrets.ts'

export function spokenMethod(name: string): Method | undefined {
  return methods.find((method) => method === name.toUpperCase())
}

const methods: readonly Method[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** What a browser or a client sets by itself, or what frames the message. */
const mechanical =
  /^(:.*|host|connection|content-length|transfer-encoding|accept-encoding|user-agent|referer|origin|cookie2?|sec-.*|dnt|te|priority|pragma|cache-control|if-none-match|if-modified-since|upgrade(-insecure-requests)?|keep-alive|expect|x-client-data|save-data|postman-token|baggage|traceparent|tracestate|sentry-trace|newrelic|proxy-connection)$/

/** The headers worth sending: no mechanics, no cookies, no secrets. */
export function headersWorth(
  headers: readonly (readonly [string, Value])[],
  leftOut: LeftOut,
): Record<string, Value> {
  const kept: Record<string, Value> = {}
  for (const [name, value] of headers) {
    const lower = name.trim().toLowerCase()
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower)) continue
    if (lower === 'cookie')
      leftOut.add('cookie header: a session keeps the cookies that answers set, as a browser does')
    if (mechanical.test(lower) || (lower === 'accept' && value === '*/*')) continue
    if (isSecret(lower))
      leftOut.add('secret in a header: send your own with http.always({ … })', lower)
    else if (typeof value !== 'string' || /^[\t\x20-\x7e]*$/.test(value)) kept[lower] = value
  }
  return kept
}

/** The query by name, without secrets; as text (`?tag=a&tag=b`) when a name comes twice, which an object cannot hold. */
export function queryOf(
  pairs: readonly (readonly [string, Value])[],
  leftOut: LeftOut,
): { query: Record<string, Value>; fixed: string } {
  const kept = pairs.map(([name, value]): [string, Value] => [
    name,
    isSecret(name) && typeof value === 'string' ? secretIn(name, leftOut) : value,
  ])
  const isRepeated = new Set(kept.map(([name]) => name)).size < kept.length
  if (isRepeated && kept.every(([, value]) => typeof value === 'string')) {
    return { query: {}, fixed: `?${new URLSearchParams(kept as [string, string][]).toString()}` }
  }
  return {
    query: Object.fromEntries(kept.map(([name, value]) => [name, numberOrText(value)])),
    fixed: '',
  }
}

function secretIn(name: string, leftOut: LeftOut): string {
  leftOut.add(secretsInBodies, name)
  return secretPlace
}

const secretsInBodies = `secret in a query or body: '${secretPlace}' stands in its place`

export function jsonBody(value: Value, leftOut: LeftOut): DraftBody {
  return { as: 'json', value: withoutSecrets(value, (name) => leftOut.add(secretsInBodies, name)) }
}

/** Fields by name; a name that comes again becomes a list. */
export function formBody(
  pairs: readonly (readonly [string, Value])[],
  leftOut: LeftOut,
): DraftBody {
  const fields: Record<string, Value> = {}
  for (const [name, value] of pairs) {
    const kept = isSecret(name) ? secretIn(name, leftOut) : value
    const before = fields[name]
    if (before === undefined) fields[name] = kept
    else fields[name] = Array.isArray(before) ? [...(before as Value[]), kept] : [before, kept]
  }
  return { as: 'form', value: fields }
}

/** `page=2` reads better as a number, and is sent the same. */
function numberOrText(value: Value): Value {
  return typeof value === 'string' && /^(0|[1-9]\d{0,14})$/.test(value) ? Number(value) : value
}
