// A browser's recording (HAR 1.2) as one persona: the requests to one server in their order, together where the browser
// made them together, with pauses where the user paused.

import type { Draft, DraftBody, DraftRequest, DraftStep, Value, Values } from './draft.ts'
import { importUnusable, type DocumentValue } from './document-value.ts'
import { LeftOut } from './left-out.ts'
import { templateOf } from './names.ts'
import { formBody, headersWorth, jsonBody, queryOf, spokenMethod } from './request-parts.ts'

interface Entry {
  readonly from: DocumentValue
  readonly url: URL
  /** When it was sent, ms; and when it had ended. */
  readonly sent: number
  readonly ended: number
}

interface Timed {
  readonly request: DraftRequest
  readonly sent: number
  readonly ended: number
}

export function draftFromHar(document: DocumentValue, { file }: { file: string }): Draft {
  const leftOut = new LeftOut()
  const entries = document
    .in('log', 'entries')
    .items()
    .map((entry) => entryOf(entry, leftOut))
    .filter((entry) => entry !== undefined)
    .filter((entry) => isPlayed(entry, leftOut))
    .toSorted((a, b) => a.sent - b.sent)
  const origin = mostAskedOrigin(entries)
  const timed = entries
    .filter(({ url }) => url.origin === origin || otherServer(url, leftOut))
    .map((entry) => timedRequest(entry, leftOut))
    .filter((one) => one !== undefined)
  if (timed.length === 0) {
    const found = leftOut.sentences.join('; ') || 'no entries'
    throw importUnusable(
      file,
      `expected requests that can be played, found none: ${found}`,
      'Record again with the developer tools open before the page is loaded.',
    )
  }
  const { always, requests } = withCommonHeaders(timed)
  const notes = [
    `${timed.length} of ${document.in('log', 'entries').items().length} recorded requests are played: those to ${origin}.`,
    ...leftOut.sentences.map((sentence) => `Left out: ${sentence}.`),
    ...(timed.some(({ request }) => Object.keys(request.params).length > 0)
      ? ['Ids in paths are those of the recording: draw others, or take them from answers.']
      : []),
  ]
  const steps = stepsOf(requests)
  const why = `does what was recorded in ${file}`
  const personas = [{ name: 'visitor', why, weight: 1, always, steps }]
  return { source: `the recording ${file}`, notes, variables: [], personas }
}

function entryOf(from: DocumentValue, leftOut: LeftOut): Entry | undefined {
  const text = from.in('request', 'url').text()
  const url = URL.parse(text)
  if (url === null) throw from.in('request', 'url').unlike('an address')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    leftOut.add('request that is not HTTP', url.protocol.replace(':', ''))
    return undefined
  }
  const sent = Date.parse(from.at('startedDateTime').text())
  if (Number.isNaN(sent))
    throw from.at('startedDateTime').unlike('a time such as 2026-11-20T17:00:00.000Z')
  return { from, url, sent, ended: sent + Math.max(0, from.at('time').numberOr(0)) }
}

const staticTypes = /^(image|stylesheet|script|font|media|manifest|texttrack)$/
const staticMime =
  /^(image|font|audio|video)\/|^text\/(css|javascript)|javascript|ecmascript|font|wasm/i
const staticPath =
  /\.(css|js|mjs|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|otf|eot|mp4|webm|mp3|wasm)$/i

function isPlayed({ from, url }: Entry, leftOut: LeftOut): boolean {
  const type = from.at('_resourceType').textOr('')
  const mime = from.in('response', 'content', 'mimeType').textOr('')
  const status = from.in('response', 'status').numberOr(0)
  const method = from.in('request', 'method').text()
  const kind = staticPath.exec(url.pathname)?.[1]
  if (staticTypes.test(type) || staticMime.test(mime) || kind !== undefined) {
    leftOut.add('static file', kind?.toLowerCase() ?? (type === '' ? mime : type))
  } else if (spokenMethod(method) === undefined) {
    leftOut.add('request with a method that is not spoken', method)
  } else if (status === 101 || type === 'websocket') leftOut.add('WebSocket', url.pathname)
  else if (from.at('_fromCache').isThere)
    leftOut.add('request that the browser answered from its cache')
  else if (status <= 0) leftOut.add('request that was blocked, or cut off before an answer')
  else return true
  return false
}

/** Of several the first. */
function mostAskedOrigin(entries: readonly Entry[]): string {
  return entries.length === 0 ? '' : mostCommon(entries.map(({ url }) => url.origin))
}

function otherServer(url: URL, leftOut: LeftOut): false {
  leftOut.add('request to another server', url.host)
  return false
}

function timedRequest({ from, url, sent, ended }: Entry, leftOut: LeftOut): Timed | undefined {
  const request = from.at('request')
  const method = spokenMethod(request.at('method').text()) ?? 'GET'
  const body = bodyOf(request, leftOut)
  if (body === undefined) return undefined
  const status = from.in('response', 'status').numberOr(0)
  const { query, fixed } = queryOf([...url.searchParams], leftOut)
  const { path, params } = templateOf(url.pathname)
  const headers = headersWorth(nameValues(request.at('headers')), leftOut)
  // What is implied need not be said.
  if (body?.as !== 'body') delete headers['content-type']
  return {
    sent,
    ended,
    request: {
      kind: 'request',
      method,
      path: path + fixed,
      params,
      query,
      headers,
      body,
      ok: status >= 400 && status < 500 ? [200, status] : [],
      comment: '',
    },
  }
}

/** Null: none. Undefined: one that cannot be sent. */
function bodyOf(request: DocumentValue, leftOut: LeftOut): DraftBody | null | undefined {
  const data = request.at('postData')
  const text = data.at('text').textOr('')
  const pairs = nameValues(data.at('params'))
  if (text === '' && pairs.length === 0) return null
  const type = data.at('mimeType').textOr('').toLowerCase()
  const where = new URL(request.at('url').text()).pathname
  if (type.startsWith('multipart/') || data.at('encoding').textOr('') === 'base64') {
    leftOut.add('request with a file', where)
    return undefined
  }
  if (text.length > bodyAtMost) {
    leftOut.add('request with a body above 64 KiB', where)
    return undefined
  }
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return formBody(text === '' ? pairs.map(decodedPair) : [...new URLSearchParams(text)], leftOut)
  }
  const json = type.includes('json') || /^\s*[[{]/.test(text) ? parsed(text) : undefined
  return json === undefined ? { as: 'body', value: text } : jsonBody(json, leftOut)
}

const bodyAtMost = 65_536

function parsed(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value
  } catch {
    return undefined
  }
}

/** Chrome gives the fields of a form as they are on the wire. */
function decodedPair([name, value]: readonly [string, string]): [string, string] {
  const [pair] = new URLSearchParams(`${name}=${value}`)
  return pair ?? [name, value]
}

function nameValues(list: DocumentValue): [string, string][] {
  return list.itemsOrNone().map((one) => [one.at('name').text(), one.at('value').textOr('')])
}

/** A header that every request has is said once, with the value that it mostly has. */
function withCommonHeaders(timed: readonly Timed[]): { always: Values; requests: Timed[] } {
  const all = timed.map(({ request }) => request.headers)
  const shared = Object.keys(all[0] ?? {}).filter((name) => all.every((one) => name in one))
  const always = Object.fromEntries(
    shared.map((name) => [name, mostCommon(all.map((one) => one[name] as Value))]),
  )
  const requests = timed.map((one) => {
    const { headers } = one.request
    const own = Object.entries(headers).filter(([name, value]) => always[name] !== value)
    return { ...one, request: { ...one.request, headers: Object.fromEntries(own) } }
  })
  return { always, requests }
}

function mostCommon<Item>(items: readonly Item[]): Item {
  const counts = Map.groupBy(items, (item) => item)
  return [...counts].toSorted(([, a], [, b]) => b.length - a.length)[0]![0]
}

/** Whatever a browser sends by itself after a click begins within this time. */
const together_ms = 500
/** A shorter gap is the browser's and not the user's. */
const leastPause_ms = 200
const longestPause_ms = 60_000

/**
 * A request belongs to those before it when it was sent before any of them had been answered. A gap between the end
 * of what came before and the next request is a pause, drawn from half to one and a half of it.
 */
function stepsOf(timed: readonly Timed[]): DraftStep[] {
  const steps: DraftStep[] = []
  let group: Timed[] = []
  let ended = Infinity
  for (const one of timed) {
    const [first] = group
    const joins =
      first !== undefined &&
      one.sent - first.sent < together_ms &&
      group.every((other) => one.sent < other.ended)
    if (!joins) {
      steps.push(...grouped(group))
      const pause = Math.min(one.sent - ended, longestPause_ms)
      if (pause >= leastPause_ms)
        steps.push({ kind: 'pause', from_ms: pause / 2, to_ms: pause * 1.5 })
      group = []
    }
    group.push(one)
    ended = latestEnd(timed, one)
  }
  return [...steps, ...grouped(group)]
}

/** When the last of what had ended before the next request was sent had ended. */
function latestEnd(timed: readonly Timed[], one: Timed): number {
  const next = timed[timed.indexOf(one) + 1]
  if (next === undefined) return Infinity
  const before = timed.slice(Math.max(0, timed.indexOf(one) - 50), timed.indexOf(one) + 1)
  const ends = before.map(({ ended }) => ended).filter((end) => end <= next.sent)
  return ends.length === 0 ? Infinity : Math.max(...ends)
}

function grouped(group: readonly Timed[]): DraftStep[] {
  const requests = group.map(({ request }) => request)
  const [only] = requests
  if (only === undefined) return []
  return requests.length === 1 ? [only] : [{ kind: 'together', requests }]
}
