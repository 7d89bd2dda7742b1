// Path templates: `/reviews/:id/helpful` names the action, its parameters fill it. Compiled once per
// template; filling is string concatenation.

import type { Scalar } from '@plimsoll/workload'

type Values = Readonly<Record<string, Scalar | undefined>>

/** A compiled path. */
export interface PathTemplate {
  /** What the action is called after its method: the template without its query. */
  readonly name: string
  /** The path to send, parameters URL-encoded. Throws `TypeError` when a parameter is missing or unknown. */
  fill(params: Values | undefined, query: Values | undefined): string
}

const parameter = /\/:([A-Za-z_][A-Za-z0-9_]*)(?=\/|$)/g

/** Throws `TypeError` when the path does not begin with `/` or has characters that a path may not have. */
export function pathTemplate(path: string): PathTemplate {
  if (!/^\/[\x21-\x7e]*$/.test(path) || path.includes('#')) {
    throw new TypeError(
      `expected a path such as /reviews/:id, found ${JSON.stringify(path)}; give other values as params or query`,
    )
  }
  const [name, fixedQuery] = splitOnce(path, '?')
  const names: string[] = []
  const texts: string[] = []
  let end = 0
  for (const match of name.matchAll(parameter)) {
    names.push(match[1] ?? '')
    texts.push(name.slice(end, match.index + 1))
    end = match.index + match[0].length
  }
  const last = name.slice(end)
  const plain = fixedQuery === undefined ? name : `${name}?${fixedQuery}`
  const joint = fixedQuery === undefined ? '?' : '&'
  return {
    name,
    fill(params, query) {
      let filled = plain
      if (names.length > 0 || params !== undefined) {
        filled = fillParams(name, names, texts, params) + last
        if (fixedQuery !== undefined) filled += `?${fixedQuery}`
      }
      return query === undefined ? filled : appendQuery(filled, joint, query)
    },
  }
}

function fillParams(
  template: string,
  names: readonly string[],
  texts: readonly string[],
  params: Values = {},
): string {
  let filled = ''
  for (const [index, name] of names.entries()) {
    const value = params[name]
    if (value === undefined) throw new TypeError(`params.${name} is missing for ${template}`)
    filled += texts[index] + encode(value)
  }
  for (const name of Object.keys(params)) {
    if (!names.includes(name)) throw new TypeError(`params.${name} has no place in ${template}`)
  }
  return filled
}

function appendQuery(path: string, firstJoint: string, query: Values): string {
  let written = path
  let joint = firstJoint
  for (const name in query) {
    const value = query[name]
    if (value === undefined) continue
    written += `${joint}${encodeURIComponent(name)}=${encode(value)}`
    joint = '&'
  }
  return written
}

/** Numbers and booleans need no encoding; whatever else comes from an answer must not become a second request. */
function encode(value: Scalar): string {
  const isPlain = typeof value === 'boolean' || Number.isSafeInteger(value)
  return isPlain ? String(value) : encodeURIComponent(String(value))
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator)
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}
