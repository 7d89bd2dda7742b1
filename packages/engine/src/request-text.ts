// A request as the text that goes on the wire. What does not change between requests is built once per
// target; the rest is string concatenation, so that one request is one write.

import type { ActionOptions, Method } from '@plimsoll/workload'
import type { PathTemplate } from './path-template.ts'
import type { Target } from './target.ts'

/** Head and body in one string; `latin1` when every character is ASCII. */
export interface RequestText {
  readonly text: string
  readonly encoding: 'latin1' | 'utf8'
}

/** Writes the requests of one target. Throws `TypeError` for headers that may not be sent. */
export interface RequestWriter {
  write(method: Method, path: PathTemplate, options: ActionOptions | undefined): RequestText
}

/** These frame the message; the client sets them itself. */
const reserved = ['content-length', 'transfer-encoding', 'connection', 'expect', 'upgrade']
/** Kept per method and template, for requests without any options. */
const keptAtMost = 4_096

export function requestWriter(target: Target): RequestWriter {
  const standing = `Host: ${target.authority}\r\nUser-Agent: plimsoll\r\nAccept: */*\r\n`
  const kept = new Map<string, RequestText>()

  function build(method: Method, path: PathTemplate, options: ActionOptions): RequestText {
    const body = options.json === undefined ? undefined : JSON.stringify(options.json)
    let text = `${method} ${target.prefix}${path.fill(options.params, options.query)} HTTP/1.1\r\n`
    text +=
      options.headers === undefined
        ? standing
        : headerLines(options.headers, target.authority, body !== undefined)
    if (body === undefined) {
      if (method !== 'GET' && method !== 'HEAD') text += 'Content-Length: 0\r\n'
      return { text: `${text}\r\n`, encoding: 'latin1' }
    }
    const length = Buffer.byteLength(body)
    if (options.headers === undefined) text += 'Content-Type: application/json\r\n'
    text += `Content-Length: ${length}\r\n\r\n${body}`
    return { text, encoding: length === body.length ? 'latin1' : 'utf8' }
  }

  return {
    write(method, path, options) {
      if (options !== undefined) return build(method, path, options)
      const key = `${method} ${path.name}`
      let request = kept.get(key)
      if (request === undefined) {
        request = build(method, path, {})
        if (kept.size < keptAtMost && path.fill(undefined, undefined) === path.name)
          kept.set(key, request)
      }
      return request
    },
  }
}

function headerLines(
  headers: Readonly<Record<string, string>>,
  authority: string,
  hasBody: boolean,
): string {
  const lines = new Map([
    ['host', `Host: ${authority}\r\n`],
    ['user-agent', 'User-Agent: plimsoll\r\n'],
    ['accept', 'Accept: */*\r\n'],
  ])
  if (hasBody) lines.set('content-type', 'Content-Type: application/json\r\n')
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase()
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
  return [...lines.values()].join('')
}
