// The leaderboard, pushed. Four times a second, if anything changed, each stream is told the page as its reader would
// be, so a burst of check-ins is one event. A stream ends when its token does, and when its client does not read.

import type { ServerResponse } from 'node:http'
import { unavailable } from '@plimsoll/service'

import type { Identity } from '../auth/guard.ts'
import type { Leaderboard } from './leaderboard.ts'

interface Stream {
  readonly caller: Identity | undefined
  readonly response: ServerResponse
  /** The page that was told last. */
  told: string
  /** Monotonic milliseconds of the last byte. */
  wroteAt: number
  isTelling: boolean
}

export interface LeaderboardStreamsOptions {
  readonly leaderboard: Leaderboard
  readonly limit: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const tellEvery_ms = 250
const beatEvery_ms = 10_000
/** What a client may leave unread before it is cut off. */
const mostUnread_bytes = 262_144

/** All open streams of this instance. */
export class LeaderboardStreams implements Disposable {
  readonly #options: LeaderboardStreamsOptions
  readonly #open = new Set<Stream>()
  readonly #forget: () => void
  readonly #timer: NodeJS.Timeout
  #hasChanged = false
  #isClosed = false

  constructor(options: LeaderboardStreamsOptions) {
    this.#options = options
    this.#forget = options.leaderboard.onChange(() => (this.#hasChanged = true))
    this.#timer = setInterval(() => this.#turn(), tellEvery_ms).unref()
  }

  /** Throws a 503 when there is no room for another. */
  admit(): void {
    if (this.#isClosed || this.#open.size >= this.#options.limit) {
      throw unavailable('Too many streams are open: poll /api/team/leaderboard/ instead.')
    }
  }

  /** Takes over a response whose head was sent; the first event comes at once. */
  add(caller: Identity | undefined, response: ServerResponse): void {
    const stream = { caller, response, told: '', wroteAt: performance.now(), isTelling: false }
    this.#open.add(stream)
    response.on('close', () => this.#open.delete(stream))
    void this.#tell(stream)
  }

  /** Ends every stream; their clients come back. */
  [Symbol.dispose](): void {
    this.#isClosed = true
    clearInterval(this.#timer)
    this.#forget()
    for (const { response } of this.#open) response.end()
  }

  #turn(): void {
    const hasChanged = this.#hasChanged
    this.#hasChanged = false
    const now = this.#options.now()
    for (const stream of this.#open) {
      const { response, caller } = stream
      if (caller !== undefined && caller.expires <= now) response.end()
      else if (response.writableLength > mostUnread_bytes) response.destroy()
      else {
        if (hasChanged || stream.told === '') void this.#tell(stream)
        // However often the teams below change, a reader of the first page hears that the stream lives.
        if (performance.now() - stream.wroteAt >= beatEvery_ms) write(stream, ':\n\n')
      }
    }
  }

  /** Never rejects: what cannot be read now is told in a later turn. */
  async #tell(stream: Stream): Promise<void> {
    if (stream.isTelling) {
      // The page being read may be from before this change.
      this.#hasChanged = true
      return
    }
    stream.isTelling = true
    try {
      const page = await this.#options.leaderboard.page(stream.caller?.id)
      if (stream.response.writableEnded || page === stream.told) return
      stream.told = page
      write(stream, `event: leaderboard\ndata: ${page}\n\n`)
    } catch {
      this.#hasChanged = true
    } finally {
      stream.isTelling = false
    }
  }
}

function write(stream: Stream, text: string): void {
  stream.wroteAt = performance.now()
  stream.response.write(text)
}
