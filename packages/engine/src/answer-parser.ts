// Reads one HTTP/1.1 answer after another from whatever pieces the network delivers. The verdict does not
// depend on where the pieces were cut. Heads and bodies are bounded: a server cannot fill our memory.
//
//   head ──→ fixed | until-close | size → data → after-data → size … → trailers ──→ done
//     └─ 1xx: head again                     anything that could be read in two ways ──→ malformed

import {
  answerStart,
  emptyHead,
  notHttp,
  readAnswerHead,
  readFields,
  startsWith,
} from './answer-head.ts'
import { BodyBytes } from './body-bytes.ts'
import { SeenHead } from './seen-head.ts'

export type ParserState =
  | 'head'
  | 'fixed'
  | 'until-close'
  | 'size'
  | 'data'
  | 'after-data'
  | 'trailers'
  | 'done'
  | 'malformed'

export interface AnswerLimits {
  readonly headBytes: number
  readonly bodyBytes: number
}

export const answerLimits: AnswerLimits = { headBytes: 16_384, bodyBytes: 16 * 1_048_576 }

const nothing: Buffer = Buffer.alloc(0)
const lineEnd = Buffer.from('\r\n')
/** A size in hexadecimal, then perhaps extensions: `;name`, `;name=value`, `;name="value"`. */
const sizeLine = new RegExp(
  String.raw`^([0-9a-f]{1,64})(?:;(?=.)TOKEN(?:=TOKEN(?:"(?:PLAIN|\\TEXT)*")?)?)*$`
    .replaceAll('TOKEN', String.raw`[!#$%&'*+.^_\x60|~0-9a-z-]*`)
    .replaceAll('PLAIN', String.raw`[\t\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]`)
    .replaceAll('TEXT', String.raw`[\t\x20-\x7e\x80-\xff]`),
  'i',
)
const headEnd = Buffer.from('\r\n\r\n')

/** A parser for one connection: `begin` before each request, `feed` what arrives, `end` when it closes. */
export class AnswerParser {
  readonly #limits: AnswerLimits
  /** After a head that is kept in `#seen`, what that one says but for its status. */
  readonly #head = emptyHead()
  readonly #seen = new SeenHead()
  readonly #body = new BodyBytes()
  #state: ParserState = 'done'
  #answersHead = false
  /** The beginning of a head, a size line or trailers whose end has not arrived. */
  #pending: Buffer = nothing
  #headBytes = 0
  /** Bytes of the body (`fixed`) or of this chunk (`data`) still to come. */
  #left = 0
  #headText = ''
  #problem = ''

  constructor(limits: AnswerLimits = answerLimits) {
    this.#limits = limits
  }

  get state(): ParserState {
    return this.#state
  }
  /** Why it is `malformed`. */
  get problem(): string {
    return this.#problem
  }
  get status(): number {
    return this.#head.status
  }
  /** The head as text, lines ended by CR LF. */
  get headText(): string {
    return this.#headText
  }
  get keepAlive(): boolean {
    return this.#head.keepAlive
  }
  /** What the server says in `Keep-Alive: timeout=…`; -1 when it does not. */
  get keepAliveSeconds(): number {
    return this.#head.keepAliveSeconds
  }
  get setsCookies(): boolean {
    return this.#head.setsCookies
  }
  /** True until the first byte of the answer. */
  get untouched(): boolean {
    return this.#state === 'head' && this.#headBytes === 0 && this.#pending.length === 0
  }

  /** Forgets the answer before; what comes next answers a request with this method. */
  begin(method: string): void {
    this.#state = 'head'
    this.#answersHead = method === 'HEAD'
    this.#pending = nothing
    this.#headBytes = 0
    this.#body.clear()
    this.#head.status = 0
    this.#headText = ''
    this.#problem = ''
  }

  /** The body, handed over; null when it is empty. */
  takeBody(): Buffer | null {
    return this.#body.take()
  }

  /** Takes what arrived. Returns how many of its bytes belong to this answer. */
  feed(bytes: Buffer): number {
    let at = 0
    while (at < bytes.length && this.#state !== 'done' && this.#state !== 'malformed') {
      at = this.#step(bytes, at)
    }
    return at
  }

  /** The server closed: an answer that runs until then is done, any other one is cut. */
  end(): void {
    if (this.#state === 'until-close') this.#state = 'done'
    else if (this.#state !== 'done' && this.#state !== 'malformed') this.#fail('answer cut short')
  }

  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#feedHead(bytes, at)
      case 'fixed':
      case 'data':
        return this.#feedCounted(bytes, at)
      case 'size':
        return this.#feedSizeLine(bytes, at)
      case 'after-data':
        return this.#feedAfterData(bytes, at)
      case 'trailers':
        return this.#feedTrailers(bytes, at)
      default:
        this.#addBody(bytes, at, bytes.length, 0)
        return bytes.length
    }
  }

  #fail(problem: string): void {
    this.#state = 'malformed'
    this.#problem = problem
  }

  /** What is pending and what came, in one; `pending` is forgotten. */
  #joined(bytes: Buffer, at: number): Buffer {
    const rest = at === 0 ? bytes : bytes.subarray(at)
    return this.#pending.length === 0 ? rest : Buffer.concat([this.#pending, rest])
  }

  #keep(text: Buffer): void {
    if (this.#headBytes + text.length > this.#limits.headBytes) this.#failSize()
    else this.#pending = this.#pending.length === 0 ? Buffer.from(text) : text
  }

  #failSize(): void {
    this.#fail(`head over ${this.#limits.headBytes} bytes`)
  }

  #feedHead(bytes: Buffer, at: number): number {
    const before = this.#pending.length
    const seen = before === 0 ? this.#seen.lengthAt(bytes, at) : 0
    if (seen > 0) return this.#takeSeen(at, seen)
    if (before === 0 && (bytes[at] === 13 || bytes[at] === 10)) {
      // Empty lines before a head mean nothing.
      this.#headBytes += 1
      if (this.#headBytes > this.#limits.headBytes) this.#failSize()
      return at + 1
    }
    const text = this.#joined(bytes, at)
    const end = text.indexOf(headEnd, Math.max(0, before - 3))
    if (end === -1) {
      // Said early, so that a server that talks something else is not waited for.
      if (!startsWith(text, 0, answerStart.slice(0, text.length))) this.#fail(notHttp)
      else this.#keep(text)
      return bytes.length
    }
    this.#pending = nothing
    this.#headBytes += end + 4
    if (this.#headBytes > this.#limits.headBytes) this.#failSize()
    else this.#readHead(text, end + 2)
    return at + end + 4 - before
  }

  #takeSeen(at: number, length: number): number {
    this.#headBytes += length
    if (this.#headBytes > this.#limits.headBytes) this.#failSize()
    else {
      this.#head.status = this.#seen.status
      this.#headText = this.#seen.text
      this.#beginBody()
    }
    return at + length
  }

  #readHead(text: Buffer, end: number): void {
    const head = this.#head
    readAnswerHead(head, text, 0, end)
    this.#seen.forget()
    if (head.malformed !== '') return this.#fail(head.malformed)
    if (head.status < 200) {
      if (head.status === 101) this.#fail('switched protocols without being asked')
      else if (!head.keepAlive) this.#fail('closed after an interim answer')
      return
    }
    this.#headText = text.toString('latin1', 0, end)
    this.#seen.keep(text, end + 2, { status: head.status, text: this.#headText })
    this.#beginBody()
  }

  #beginBody(): void {
    const head = this.#head
    if (this.#answersHead || head.status === 204 || head.status === 304) this.#state = 'done'
    else if (head.coding === 'chunked') this.#state = 'size'
    else if (head.coding === 'other' || head.contentLength === -1) this.#state = 'until-close'
    else if (head.contentLength > this.#limits.bodyBytes) this.#failBody()
    else {
      this.#left = head.contentLength
      this.#state = head.contentLength === 0 ? 'done' : 'fixed'
    }
    if (this.#state === 'until-close') {
      head.keepAlive = false
      // It was changed, and no other answer follows.
      this.#seen.forget()
    }
  }

  #feedCounted(bytes: Buffer, at: number): number {
    const end = Math.min(at + this.#left, bytes.length)
    this.#addBody(bytes, at, end, this.#left)
    this.#left -= end - at
    if (this.#left === 0 && this.#state === 'fixed') this.#state = 'done'
    else if (this.#left === 0 && this.#state === 'data') {
      this.#state = 'after-data'
      this.#left = 2
    }
    return end
  }

  #addBody(bytes: Buffer, from: number, to: number, expected: number): void {
    if (this.#body.length + to - from > this.#limits.bodyBytes) this.#failBody()
    else this.#body.add(bytes, from, to, expected)
  }

  #failBody(): void {
    this.#fail(`body over ${this.#limits.bodyBytes} bytes`)
  }

  #feedAfterData(bytes: Buffer, at: number): number {
    if (bytes[at] !== lineEnd[2 - this.#left]) this.#fail('chunk longer than its size')
    else if (this.#left === 1) this.#state = 'size'
    this.#left -= 1
    return at + 1
  }

  #feedSizeLine(bytes: Buffer, at: number): number {
    const before = this.#pending.length
    const text = this.#joined(bytes, at)
    const end = text.indexOf(lineEnd, Math.max(0, before - 1))
    if (end === -1) {
      this.#keep(text)
      return bytes.length
    }
    this.#pending = nothing
    const size = sizeLine.exec(text.toString('latin1', 0, end))?.[1]
    if (size === undefined || end > this.#limits.headBytes) this.#fail('malformed chunk size')
    else {
      this.#left = Number.parseInt(size, 16)
      if (this.#body.length + this.#left > this.#limits.bodyBytes) this.#failBody()
      else this.#state = this.#left === 0 ? 'trailers' : 'data'
    }
    return at + end + 2 - before
  }

  #feedTrailers(bytes: Buffer, at: number): number {
    const before = this.#pending.length
    const text = this.#joined(bytes, at)
    if (text[0] === 13 && text[1] === 10) {
      this.#state = 'done'
      return at + 2 - before
    }
    const end = text.indexOf(headEnd, Math.max(0, before - 3))
    if (end === -1) {
      this.#keep(text)
      return bytes.length
    }
    this.#pending = nothing
    const trailers = emptyHead()
    readFields(trailers, text, 0, end + 2)
    if (trailers.malformed !== '') this.#fail(trailers.malformed)
    else if (trailers.contentLength !== -1 || trailers.coding !== 'none')
      this.#fail('framing in trailers')
    else if (this.#headBytes + end > this.#limits.headBytes) this.#failSize()
    else this.#state = 'done'
    return at + end + 4 - before
  }
}
