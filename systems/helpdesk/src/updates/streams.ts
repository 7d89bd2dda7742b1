// Streams of updates: the combined poll, pushed. A change marks the streams of its audience; ten times a
// second the marked ones are told everything after what they were told last, so a burst of changes is one
// event. A stream ends when its token does, and when its client does not read.

import type { ServerResponse } from 'node:http'
import { unavailable } from '@plimsoll/service'

import type { Identity } from '../auth/guard.ts'
import { tooMany } from '../http/refusals.ts'
import { queueAudience } from './audiences.ts'
import { cursorOf, type Place } from './cursor.ts'
import type { Updates } from './updates.ts'
import type { Versions } from './versions.ts'

interface Stream {
  readonly identity: Identity
  readonly response: ServerResponse
  /** Undefined before the first event. */
  place: Place | undefined
  isMarked: boolean
  isTelling: boolean
}

export interface StreamsOptions {
  readonly updates: Updates
  readonly versions: Versions
  readonly limit: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const tellEvery_ms = 100
const beatEvery = 150
/** Streams of one user: a tab has one. */
const mostOfOne = 20
/** What a client may leave unread before it is cut off. */
const mostUnread_bytes = 1_048_576

/** All open streams of this instance. */
export class Streams implements Disposable {
  readonly #options: StreamsOptions
  readonly #ofUser = new Map<string, Set<Stream>>()
  readonly #forget: () => void
  readonly #timer: NodeJS.Timeout
  #open = 0
  #turns = 0
  #isClosed = false

  constructor(options: StreamsOptions) {
    this.#options = options
    this.#forget = options.versions.onChange((audiences) => this.#mark(audiences))
    this.#timer = setInterval(() => this.#turn(), tellEvery_ms).unref()
  }

  /** Throws a 503 when there is no room for another, a 429 when the user has enough of them. */
  admit({ id }: Identity): void {
    if ((this.#ofUser.get(id)?.size ?? 0) >= mostOfOne) {
      throw tooMany(`You have ${mostOfOne} streams open: end one of them.`, 1)
    }
    if (this.#isClosed || this.#open >= this.#options.limit) {
      throw unavailable('Too many streams are open: poll /api/updates instead.')
    }
  }

  /** Takes over a response whose head was sent; the first event comes at once. */
  add(identity: Identity, place: Place | undefined, response: ServerResponse): void {
    // Whoever left while the token was looked at has closed already, and would be counted for ever.
    if (response.destroyed) return
    const stream: Stream = { identity, response, place, isMarked: true, isTelling: false }
    const own = this.#ofUser.get(identity.id) ?? new Set()
    this.#ofUser.set(identity.id, own.add(stream))
    this.#open += 1
    response.on('close', () => {
      this.#open -= 1
      own.delete(stream)
      if (own.size === 0 && this.#ofUser.get(identity.id) === own) this.#ofUser.delete(identity.id)
    })
    void this.#tell(stream)
  }

  /** Ends every stream; their clients come back with the id of the last event. */
  [Symbol.dispose](): void {
    this.#isClosed = true
    clearInterval(this.#timer)
    this.#forget()
    for (const stream of this.#all()) stream.response.end()
  }

  #all(): Stream[] {
    return [...this.#ofUser.values()].flatMap((own) => [...own])
  }

  #mark(audiences: readonly string[] | undefined): void {
    const everybody = audiences === undefined || audiences.includes(queueAudience)
    if (everybody) for (const stream of this.#all()) stream.isMarked = true
    else {
      for (const audience of audiences) {
        for (const stream of this.#ofUser.get(audience) ?? []) stream.isMarked = true
      }
    }
  }

  #turn(): void {
    this.#turns += 1
    const isBeat = this.#turns % beatEvery === 0
    const now = this.#options.now()
    for (const stream of this.#all()) {
      const { response, identity } = stream
      if (identity.expires <= now) response.end()
      else if (response.writableLength > mostUnread_bytes) response.destroy()
      else if (stream.isMarked) void this.#tell(stream)
      else if (isBeat) response.write(':\n\n')
    }
  }

  /** Never rejects: what cannot be read now is tried again in the next turn. */
  async #tell(stream: Stream): Promise<void> {
    const { updates } = this.#options
    const { identity, response } = stream
    if (stream.isTelling) return
    stream.isTelling = true
    stream.isMarked = false
    try {
      const before = stream.place
      if (before !== undefined && updates.isQuiet(identity, before)) return
      const { place, more, json } = await updates.after(identity, before)
      if (response.writableEnded) return
      stream.place = place
      stream.isMarked ||= more
      const isSame = before !== undefined && cursorOf(before) === cursorOf(place)
      if (isSame && !updates.isUnsettled(identity, place)) return
      response.write(`id: ${cursorOf(place)}\nevent: updates\ndata: ${json}\n\n`)
    } catch {
      stream.isMarked = true
    } finally {
      stream.isTelling = false
    }
  }
}
