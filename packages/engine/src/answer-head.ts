// Reads the head of an HTTP/1.1 answer from bytes in one pass, and refuses what a strict reader refuses:
// whatever could be understood in two ways is malformed. Only the four fields that frame a message are kept, and
// whether there are cookies.

/** What the head says about the message. `malformed` is empty when it can be trusted. */
export interface AnswerHead {
  malformed: string
  status: number
  /** -1: not given. */
  contentLength: number
  /** `none`: no Transfer-Encoding; `other`: one that we do not speak, read until the server closes. */
  coding: 'none' | 'chunked' | 'other'
  keepAlive: boolean
  /** It said `close`, which wins over whatever else it says. */
  saysClose: boolean
  /** Seconds after which the server closes an idle connection, -1: not said. */
  keepAliveSeconds: number
  setsCookies: boolean
}

/** A head before anything was read. */
export function emptyHead(): AnswerHead {
  return {
    malformed: '',
    status: 0,
    contentLength: -1,
    coding: 'none',
    keepAlive: false,
    saysClose: false,
    keepAliveSeconds: -1,
    setsCookies: false,
  }
}

const cr = 13
const lf = 10

/** 1 where a byte may stand in a field name. */
const tokenByte = byteTable(
  "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
)

/** Reads bytes `from`…`to`, a status line and fields that each end with CR LF, into `head`. */
export function readAnswerHead(
  head: AnswerHead,
  bytes: Uint8Array,
  from: number,
  to: number,
): void {
  head.malformed = ''
  head.contentLength = -1
  head.coding = 'none'
  head.keepAliveSeconds = -1
  head.saysClose = false
  head.setsCookies = false
  const fields = readStatusLine(head, bytes, from, to)
  if (fields === -1) {
    head.malformed = notHttp
    return
  }
  readFields(head, bytes, fields, to)
  if (head.malformed === '' && head.coding !== 'none' && head.contentLength !== -1) {
    head.malformed = 'both Content-Length and Transfer-Encoding'
  }
}

/** `HTTP/1.1 200 OK`. Returns where the fields begin, or -1. */
function readStatusLine(head: AnswerHead, bytes: Uint8Array, from: number, to: number): number {
  if (to - from < 14 || !startsWith(bytes, from, answerStart)) return -1
  const minor = (bytes[from + 7] as number) - 48
  if ((minor !== 0 && minor !== 1) || bytes[from + 8] !== 32) return -1
  let status = 0
  for (let at = from + 9; at < from + 12; at += 1) {
    const digit = (bytes[at] as number) - 48
    if (digit < 0 || digit > 9) return -1
    status = status * 10 + digit
  }
  if (status < 100) return -1
  head.status = status
  head.keepAlive = minor === 1
  let at = from + 12
  if (bytes[at] !== 32 && bytes[at] !== cr) return -1
  while (at < to && bytes[at] !== cr && bytes[at] !== lf) at += 1
  return bytes[at] === cr && bytes[at + 1] === lf ? at + 2 : -1
}

/** Reads field lines, also those after the last chunk. Framing fields are kept in `head`. */
export function readFields(head: AnswerHead, bytes: Uint8Array, from: number, to: number): void {
  let at = from
  while (at < to) {
    const nameStart = at
    while (at < to && tokenByte[bytes[at] as number] === 1) at += 1
    const nameEnd = at
    if (nameEnd === nameStart || bytes[at] !== 58) {
      head.malformed = 'malformed header name'
      return
    }
    at += 1
    while (at < to && isBlank(bytes[at] as number)) at += 1
    const valueStart = at
    while (at < to && isText(bytes[at] as number)) at += 1
    if (bytes[at] !== cr || bytes[at + 1] !== lf) {
      head.malformed = 'malformed header value'
      return
    }
    keepField(head, bytes, { nameStart, nameEnd, valueStart, valueEnd: at })
    if (head.malformed !== '') return
    at += 2
  }
}

interface FieldBounds {
  readonly nameStart: number
  readonly nameEnd: number
  readonly valueStart: number
  readonly valueEnd: number
}

function keepField(head: AnswerHead, bytes: Uint8Array, field: FieldBounds): void {
  const length = field.nameEnd - field.nameStart
  if (length !== 10 && length !== 14 && length !== 17) return
  const { nameStart, valueStart } = field
  let valueEnd = field.valueEnd
  while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1] as number)) valueEnd -= 1
  if (length === 14 && spells(bytes, nameStart, 'content-length')) {
    const value = decimal(bytes, valueStart, valueEnd)
    const differs = head.contentLength !== -1
    if (value === -1 || differs) head.malformed = 'malformed Content-Length'
    else head.contentLength = value
  } else if (length === 17 && spells(bytes, nameStart, 'transfer-encoding')) {
    head.coding = endsChunked(bytes, valueStart, valueEnd) ? 'chunked' : 'other'
    if (valueEnd === valueStart) head.malformed = 'empty Transfer-Encoding'
  } else if (length === 10 && spells(bytes, nameStart, 'connection')) {
    keepConnection(head, bytes, valueStart, valueEnd)
  } else if (length === 10 && spells(bytes, nameStart, 'keep-alive')) {
    keepTimeout(head, bytes, valueStart, valueEnd)
  } else if (length === 10 && spells(bytes, nameStart, 'set-cookie')) {
    head.setsCookies = true
  }
}

/** Whether `chunked` is the last coding of the list. */
function endsChunked(bytes: Uint8Array, from: number, to: number): boolean {
  let before = to - 7
  if (before < from || !spells(bytes, before, 'chunked')) return false
  while (before > from && isBlank(bytes[before - 1] as number)) before -= 1
  return before === from || bytes[before - 1] === 44
}

/** A list of options, each a whole word: Node takes `:keep-alive` for another one, and so do we. */
function keepConnection(head: AnswerHead, bytes: Uint8Array, from: number, to: number): void {
  for (let at = from; at < to;) {
    let comma = at
    while (comma < to && bytes[comma] !== 44) comma += 1
    let end = comma
    while (at < end && isBlank(bytes[at] as number)) at += 1
    while (end > at && bytes[end - 1] === 32) end -= 1
    const length = end - at
    if (length === 5 && spells(bytes, at, 'close')) head.saysClose = true
    else if (length === 10 && spells(bytes, at, 'keep-alive')) head.keepAlive = true
    at = comma + 1
  }
  if (head.saysClose) head.keepAlive = false
}

/** `timeout=72, max=100`: only a leading timeout is read. */
function keepTimeout(head: AnswerHead, bytes: Uint8Array, from: number, to: number): void {
  if (!spells(bytes, from, 'timeout=')) return
  let end = from + 8
  while (end < to && end < from + 14 && isDigit(bytes[end] as number)) end += 1
  head.keepAliveSeconds = decimal(bytes, from + 8, end)
}

/** What is said of anything else. */
export const notHttp = 'not an HTTP/1 answer'
/** How every answer begins, exactly. */
export const answerStart = 'HTTP/1.'

/** Whether the bytes at `at` spell `text` exactly. */
export function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false
  }
  return true
}

/** The same in any case. `lower` has no upper-case letters. */
function spells(bytes: Uint8Array, at: number, lower: string): boolean {
  for (let index = 0; index < lower.length; index += 1) {
    const byte = bytes[at + index] as number
    const lowered = byte >= 65 && byte <= 90 ? byte | 32 : byte
    if (lowered !== lower.charCodeAt(index)) return false
  }
  return true
}

function decimal(bytes: Uint8Array, from: number, to: number): number {
  if (from === to || to - from > 15) return -1
  let value = 0
  for (let at = from; at < to; at += 1) {
    const digit = (bytes[at] as number) - 48
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9
}

/** Visible, blank or beyond ASCII: what a value may hold. */
function isText(byte: number): boolean {
  return (byte >= 32 && byte !== 127) || byte === 9
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57
}

function byteTable(allowed: string): Uint8Array {
  const table = new Uint8Array(256)
  for (const character of allowed) table[character.charCodeAt(0)] = 1
  return table
}
