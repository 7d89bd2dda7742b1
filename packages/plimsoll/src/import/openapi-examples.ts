// Example values from the schemas of an OpenAPI description: what the author gave, else the simplest that fits.

import type { Value } from './draft.ts'
import type { DocumentValue } from './document-value.ts'

const deepest = 12

/** Follows `$ref`s within the document, as many as there are up to a limit. */
export function resolver(root: DocumentValue): (value: DocumentValue) => DocumentValue {
  return (value) => {
    let found = value
    for (let hops = 0; found.at('$ref').isThere; hops += 1) {
      const ref = found.at('$ref').text()
      if (hops > 32)
        throw found
          .at('$ref')
          .unlike('a reference that ends', 'Its references lead round in a circle.')
      if (!ref.startsWith('#/')) {
        throw found
          .at('$ref')
          .unlike('a reference within this file', 'Bundle the description into one file first.')
      }
      const names = ref.slice(2).split('/').map(unescaped)
      const next = root.in(...names)
      if (!next.isThere) throw found.at('$ref').unlike('a reference to something that is there')
      found = next
    }
    return found
  }
}

function unescaped(step: string): string {
  const text = step.replaceAll('~1', '/').replaceAll('~0', '~')
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** An example of what a schema describes. `resolve` follows references. */
export function exampleOf(
  unresolved: DocumentValue,
  resolve: (value: DocumentValue) => DocumentValue,
  above: readonly unknown[] = [],
): Value {
  const schema = resolve(unresolved)
  const given = givenExample(schema)
  if (given !== undefined) return given
  // A schema within itself ends there.
  if (above.includes(schema.value) || above.length > deepest) return null
  const inner = (value: DocumentValue) => exampleOf(value, resolve, [...above, schema.value])
  const [first] = [...schema.at('oneOf').itemsOrNone(), ...schema.at('anyOf').itemsOrNone()]
  const parts = schema.at('allOf').itemsOrNone()
  if (parts.length > 0) {
    const values = [...parts.map(inner), ownMembers(schema, inner)]
    const objects = values.filter((value) => isPlainObject(value))
    return objects.length === 0 ? (values[0] ?? null) : (Object.assign({}, ...objects) as Value)
  }
  if (first !== undefined) return inner(first)
  const type = typeOf(schema)
  if (type === 'object') return ownMembers(schema, inner)
  if (type === 'array') {
    const item = schema.at('items').isThere ? inner(schema.at('items')) : null
    return item === null ? [] : [item]
  }
  return scalarExample(type, schema)
}

/** What the author wrote, in one of the ways in which that is done. */
export function givenExample(schema: DocumentValue): Value | undefined {
  const [listed] = Array.isArray(schema.at('examples').value) ? schema.at('examples').items() : []
  const [named] = schema.at('examples').isObject ? schema.at('examples').members() : []
  const [allowed] = schema.at('enum').itemsOrNone()
  const ways = [
    schema.at('example'),
    listed,
    named?.[1].at('value'),
    schema.at('const'),
    schema.at('default'),
    allowed,
  ]
  return ways.find((way) => way?.isThere === true)?.value as Value | undefined
}

function typeOf(schema: DocumentValue): string {
  const type = schema.at('type')
  // 3.1 may list several.
  const names = Array.isArray(type.value)
    ? type.items().map((one) => one.textOr(''))
    : [type.textOr('')]
  const name = names.find((one) => one !== 'null') ?? ''
  if (name !== '') return name
  if (schema.at('properties').isThere || schema.at('additionalProperties').isObject) return 'object'
  return schema.at('items').isThere ? 'array' : 'string'
}

function ownMembers(
  schema: DocumentValue,
  inner: (value: DocumentValue) => Value,
): Record<string, Value> {
  const members: Record<string, Value> = {}
  for (const [name, property] of schema.at('properties').membersOrNone()) {
    if (property.at('readOnly').value === true || property.at('deprecated').value === true) continue
    const value = inner(property)
    // Too deep: what is not required is not said.
    if (value !== null) members[name] = value
  }
  return members
}

const byFormat: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  time: '12:00:00Z',
  email: 'somebody@example.com',
  uuid: '00000000-0000-4000-8000-000000000001',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  byte: 'dGV4dA==',
}

function scalarExample(type: string, schema: DocumentValue): Value {
  if (type === 'boolean') return true
  if (type === 'integer' || type === 'number') return numberExample(schema, type === 'integer')
  if (type === 'null') return null
  const text = byFormat[schema.at('format').textOr('')] ?? 'text'
  const least = Math.min(schema.at('minLength').numberOr(0), 1_000)
  return text.padEnd(least, 'x').slice(0, Math.max(1, schema.at('maxLength').numberOr(Infinity)))
}

function numberExample(schema: DocumentValue, isWhole: boolean): number {
  const step = schema.at('multipleOf').numberOr(isWhole ? 1 : 0)
  const above = schema.at('exclusiveMinimum').numberOr(-Infinity)
  const open = schema.at('exclusiveMinimum').value === true
  const least = Math.max(schema.at('minimum').numberOr(-Infinity), above)
  const most = schema.at('maximum').numberOr(Infinity)
  const wanted = Number.isFinite(least)
    ? least + (open || least === above ? step || 0.5 : 0)
    : Math.min(1, most)
  return step === 0 ? wanted : Math.ceil(wanted / step) * step
}

function isPlainObject(value: Value): value is Record<string, Value> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
