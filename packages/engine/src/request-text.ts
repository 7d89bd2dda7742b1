// A request as the text that goes on the wire. What does not change between requests is built once per
// target and session; the rest is string concatenation, so that one request is one write.

import type { ActionOptions, Method } from '@plimsoll/workload'
import type { CookieJar } from './cookie-jar.ts'
import type { PathTemplate } from './path-template.ts'
import type { Target } from './target.ts'

/** Head and body in one string; `latin1` when every character is ASCII. */
export interface RequestText {
  readonly text: string
  readonly encoding: 'latin1' | 'utf8'
}

type Headers = Readonly<Record<string, string | undefined>>

/** The header lines that every request of a session carries, by lower-case name. */
export interface StandingHeaders {
  readonly lines: ReadonlyMap<string, string>
  /** All of them, in one. */
  readonly text: string
}

/** What a session adds to its requests; null: nothing. */
export interface Standing {
  readonly headers: StandingHeaders | null
  readonly cookies: CookieJar | null
}

/** Writes the requests of one target. Throws `TypeError` for headers that may not be sent. */
export interface RequestWriter {
  write(
    method: Method,
    path: PathTemplate,
    options: ActionOptions | undefined,
    standing?: Standing,
  ): RequestText
  /** `before` with these headers set, or taken away where `undefined`. */
  standing(headers: Headers, before: StandingHeaders | null): StandingHeaders
}

interface KeptRequest {
  readonly method: Method
  readonly request: RequestText
}

/** These frame the message; the client sets them itself. */
const reserved = ['content-length', 'transfer-encoding', 'connection', 'expect', 'upgrade']
/** Kept per method and template, for requests without any options. */
const keptAtMost = 4_096
const nothing: Standing = { headers: null, cookies: null }
const noOptions: ActionOptions = {}

export function requestWriter(target: Target): RequestWriter {
  const plain = standingOf(
    new Map([
      ['host', `Host: ${target.authority}\r\n`],
      ['user-agent', 'User-Agent: plimsoll\r\n'],
      ['accept', 'Accept: */*\r\n'],
    ]),
  )
  /** A template is compiled once per method and path, so it names both. */
  const kept = new Map<PathTemplate, KeptRequest>()

  function build(
    method: Method,
    path: PathTemplate,
    options: ActionOptions,
    { headers, cookies }: Standing,
  ): RequestText {
    const body = bodyOf(options)
    const filled = target.prefix + path.fill(options.params, options.query)
    const always = headers ?? plain
    const lines = options.headers === undefined ? always : withHeaders(always, options.headers)
    let text = `${method} ${filled} HTTP/1.1\r\n${lines.text}`
    if (cookies !== null && !lines.lines.has('cookie')) text += cookies.lineFor(filled)
    if (body === undefined) {
      if (method !== 'GET' && method !== 'HEAD') text += 'Content-Length: 0\r\n'
      return { text: `${text}\r\n`, encoding: 'latin1' }
    }
    const length = Buffer.byteLength(body)
    if (!lines.lines.has('content-type')) text += `Content-Type: ${bodyType(options)}\r\n`
    text += `Content-Length: ${length}\r\n\r\n${body}`
    return { text, encoding: length === body.length ? 'latin1' : 'utf8' }
  }

  return {
    write(method, path, options, standing = nothing) {
      if (options !== undefined || standing.headers !== null || standing.cookies !== null) {
        return build(method, path, options ?? noOptions, standing)
      }
      const known = kept.get(path)
      if (known !== undefined && known.method === method) return known.request
      const request = build(method, path, noOptions, nothing)
      if (kept.size < keptAtMost) kept.set(path, { method, request })
      return request
    },
    standing: (headers, before) => withHeaders(before ?? plain, headers),
  }
}

/** Throws `TypeError` when there are several. */
function bodyOf({ json, form, body }: ActionOptions): string | undefined {
  if (form === undefined && body === undefined) {
    return json === undefined ? undefined : JSON.stringify(json)
  }
  if (json !== undefined || (form !== undefined && body !== undefined)) {
    throw new TypeError('expected one of json, form and body, found several')
  }
  return form === undefined ? body : formText(form)
}

function bodyType({ json, form }: ActionOptions): string {
  if (json !== undefined) return 'application/json'
  return form === undefined ? 'text/plain; charset=utf-8' : 'application/x-www-form-urlencoded'
}

function formText(form: NonNullable<ActionOptions['form']>): string {
  const fields = new URLSearchParams()
  for (const [name, value] of Object.entries(form)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      fields.append(name, String(one))
    }
  }
  return fields.toString()
}

function standingOf(lines: ReadonlyMap<string, string>): StandingHeaders {
  return { lines, text: [...lines.values()].join('') }
}

function withHeaders(before: StandingHeaders, headers: Headers): StandingHeaders {
  const lines = new Map(before.lines)
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase()
    if (value === undefined) {
      lines.delete(lower)
      continue
    }
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower) || reserved.includes(lower)) {
      throw new TypeError(`the header ${JSON.stringify(name)} may not be set by a persona`)
    }
    if (!/^[\t\x20-\x7e]*$/.test(value)) {
      throw new TypeError(
        `header ${name}: expected printable ASCII, found ${JSON.stringify(value)}`,
      )
    }
    lines.set(lower, `${name}: ${value}\r\n`)
  }
  return standingOf(lines)
}
