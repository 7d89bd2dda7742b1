// A request as the text that goes on the wire. What does not change between requests is built once per
// target and session; the rest is string concatenation, so that one request is one write.

import type { ActionOptions, Method } from '@plimsoll/workload'
import type { CookieJar } from './cookie-jar.ts'
import type { PathTemplate } from './path-template.ts'
import { bytesOf, textOf, textType, type BytesBody } from './request-body.ts'
import { redirection } from './redirection.ts'
import { originOf, type Target } from './target.ts'
import type { Proxy } from './travel.ts'
import type { BodySource } from './upload.ts'

/** Head and body in one string; `latin1` when every character is ASCII. */
export interface RequestText {
  readonly text: string
  readonly encoding: 'latin1' | 'utf8'
  /** A body that is not in the text. */
  readonly body?: Uint8Array | BodySource
}

/** What was asked, and the answer that says to ask elsewhere. */
export interface Redirected {
  readonly method: Method
  readonly request: RequestText
  readonly status: number
  readonly head: string
}

/** Where to go on: nowhere when the answer is no redirect after all, and not to another server. */
export type Following =
  | { readonly kind: 'go'; readonly method: Method; readonly request: RequestText }
  | { readonly kind: 'stay' }
  | { readonly kind: 'stop'; readonly reason: string }

type Headers = Readonly<Record<string, string | undefined>>

/** The header lines that every request of a session carries, by lower-case name. */
export interface StandingHeaders {
  readonly lines: ReadonlyMap<string, string>
  /** All of them, in one. */
  readonly text: string
  /** Those that the session set itself, with their values. */
  readonly given: Readonly<Record<string, string>>
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
  /** The request that follows a redirect. */
  follow(redirected: Redirected, options: ActionOptions | undefined, standing?: Standing): Following
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

export function requestWriter(target: Target, proxy: Proxy | null = null): RequestWriter {
  // A proxy is told the whole address; through a tunnel the server itself is spoken to.
  const isProxied = proxy !== null && !target.secure
  const front = isProxied ? originOf(target) : ''
  const plain = standingOf(
    new Map([
      ['host', `Host: ${target.authority}\r\n`],
      ['user-agent', 'User-Agent: plimsoll\r\n'],
      ['accept', 'Accept: */*\r\n'],
      ...(isProxied && proxy.authorization !== ''
        ? [['proxy-authorization', `Proxy-Authorization: ${proxy.authorization}\r\n`] as const]
        : []),
    ]),
  )
  /** A template is compiled once per method and path, so it names both. */
  const kept = new Map<PathTemplate, KeptRequest>()

  function build(
    method: Method,
    path: string,
    options: ActionOptions,
    { headers, cookies }: Standing,
  ): RequestText {
    const always = headers ?? plain
    const lines = options.headers === undefined ? always : withHeaders(always, options.headers)
    let head = `${method} ${front}${path} HTTP/1.1\r\n${lines.text}`
    if (cookies !== null && !lines.lines.has('cookie')) head += cookies.lineFor(path)
    const bytes = bytesOf(method, options)
    if (bytes !== null) return withBytes(head, bytes, lines.lines.has('content-type'))
    const body = textOf(options)
    if (body === undefined) {
      if (method !== 'GET' && method !== 'HEAD') head += 'Content-Length: 0\r\n'
      return { text: `${head}\r\n`, encoding: 'latin1' }
    }
    const length = Buffer.byteLength(body)
    if (!lines.lines.has('content-type')) head += `Content-Type: ${textType(options)}\r\n`
    head += `Content-Length: ${length}\r\n\r\n${body}`
    return { text: head, encoding: length === body.length ? 'latin1' : 'utf8' }
  }

  return {
    write(method, path, options, standing = nothing) {
      if (options !== undefined || standing.headers !== null || standing.cookies !== null) {
        const { params, query } = options ?? noOptions
        return build(
          method,
          target.prefix + path.fill(params, query),
          options ?? noOptions,
          standing,
        )
      }
      const known = kept.get(path)
      if (known !== undefined && known.method === method) return known.request
      const filled = path.fill(undefined, undefined)
      const request = build(method, target.prefix + filled, noOptions, nothing)
      if (kept.size < keptAtMost && filled === path.name) kept.set(path, { method, request })
      return request
    },
    follow({ method, request, status, head }, options = noOptions, standing = nothing) {
      const next = redirection(target, { method, path: pathOf(request, front), status, head })
      if (next.kind !== 'go') return next
      const { json: _json, form: _form, body: _body, multipart: _multipart, ...rest } = options
      const kept = next.method === method ? options : rest
      const text = build(next.method, next.path, kept, standing)
      return { kind: 'go', method: next.method, request: text }
    },
    standing: (headers, before) => withHeaders(before ?? plain, headers),
  }
}

/** The path that a request asks for, with its query. */
function pathOf({ text }: RequestText, front: string): string {
  const from = text.indexOf(' ') + 1 + front.length
  return text.slice(from, text.indexOf(' ', from))
}

function withBytes(head: string, { type, body }: BytesBody, hasType: boolean): RequestText {
  const line = hasType ? '' : `Content-Type: ${type}\r\n`
  const length =
    typeof body === 'function' ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`
  return { text: `${head}${line}${length}\r\n\r\n`, encoding: 'latin1', body }
}

function standingOf(
  lines: ReadonlyMap<string, string>,
  given: Readonly<Record<string, string>> = {},
): StandingHeaders {
  return { lines, text: [...lines.values()].join(''), given }
}

function withHeaders(before: StandingHeaders, headers: Headers): StandingHeaders {
  const lines = new Map(before.lines)
  const given = { ...before.given }
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase()
    if (value === undefined) {
      lines.delete(lower)
      delete given[lower]
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
    given[lower] = value
  }
  return standingOf(lines, given)
}
