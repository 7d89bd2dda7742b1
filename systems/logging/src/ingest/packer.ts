// Packs the records of concurrent requests into chunks, as coalescing packs statements: while a chunk is on its way
// the next one gathers, and it leaves when the one before has been taken. An idle sender sends at once; nothing
// waits for a timer, and nothing counts as taken before the queue has said so.
//
// A chunk whose sending is lost is sent again while there is time: its records have their ids, so that a second
// copy is harmless. What is not taken in time was `refused` (it surely is not in the queue) or is `lost` (it may be).

import { setTimeout as pause } from 'node:timers/promises'
import { counter, gauge } from '@plimsoll/service'
import { QueueError, type QueueFailure } from '@plimsoll/service/queue'

import { encodeChunk, mostLines } from '../records/chunk.ts'

export interface PackerOptions {
  /** Sends one message within so many milliseconds; rejects with `QueueError`. */
  readonly send: (body: string, timeout: number) => Promise<void>
  /** Chunks that may be on their way at one time. */
  readonly senders: number
  /** The lines of one chunk, unless one record alone is longer. */
  readonly chunkBytes: number
  /** Bytes of lines that may be waiting or on their way. */
  readonly pendingBytes: number
  /** How long records may wait to be taken, in milliseconds. */
  readonly deadline: number
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Monotonic milliseconds. */
  readonly now?: () => number
}

/** Records were not taken. */
export class NotTaken extends Error {
  readonly failure: QueueFailure | 'tooLarge'

  constructor(failure: QueueFailure | 'tooLarge', cause?: unknown) {
    super(`the queue has not taken the records: ${failure}`, { cause })
    this.name = 'NotTaken'
    this.failure = failure
  }
}

/** Lines that are answered together. */
interface Parcel {
  readonly lines: string
  readonly bytes: number
  readonly rows: number
  readonly receivedAt: number
  readonly expires: number
  readonly resolve: () => void
  readonly reject: (reason: NotTaken) => void
}

/** What the metrics tell. */
export interface PackerFigures {
  readonly records: number
  readonly chunks: number
  readonly pendingBytes: number
}

/** A message has 1 MiB at most; as a dead letter it has a reason as well. */
const largestMessage = 1_048_576 - 1_024
const pauseAfterRefusal = 200
const pauseAfterLoss = 50
const shortestTry = 20

/** Gathers records and sends chunks. Dispose of it to refuse what is waiting. */
export class Packer implements Disposable {
  readonly #options: PackerOptions
  readonly #now: () => number
  readonly #sweep: NodeJS.Timeout
  #waiting: Parcel[] = []
  #pending = 0
  #busy = 0
  #refusedUntil = 0
  #records = 0
  #chunks = 0

  constructor(options: PackerOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    // Refuses records while every sender is stuck; sending itself never waits for it.
    this.#sweep = setInterval(() => this.#refuseExpired(), 100).unref()
  }

  /** Resolves when the queue has taken these lines; rejects with `NotTaken`. */
  add(lines: string, rows: number): Promise<void> {
    const bytes = Buffer.byteLength(lines)
    if (this.#pending + bytes > this.#options.pendingBytes || this.#now() < this.#refusedUntil) {
      return Promise.reject(new NotTaken('refused'))
    }
    return new Promise((resolve, reject) => {
      const expires = this.#now() + this.#options.deadline
      const receivedAt = this.#options.clock()
      this.#waiting.push({ lines, bytes, rows, receivedAt, expires, resolve, reject })
      this.#pending += bytes
      if (this.#busy < this.#options.senders) {
        this.#busy++
        void this.#sendAll()
      }
    })
  }

  figures(): PackerFigures {
    return { records: this.#records, chunks: this.#chunks, pendingBytes: this.#pending }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#sweep)
    this.#refuse(this.#waiting.splice(0), new NotTaken('refused'))
  }

  /** One sender, for as long as something waits. Never rejects. */
  async #sendAll(): Promise<void> {
    for (;;) {
      // The end of this turn of the event loop: what arrived together goes together.
      await new Promise((resolve) => setImmediate(resolve))
      this.#refuseExpired()
      const parcels = this.#take()
      if (parcels.length === 0) break
      await this.#deliver(parcels)
    }
    this.#busy--
  }

  #take(): Parcel[] {
    let bytes = 0
    let count = 0
    for (const { bytes: own } of this.#waiting) {
      bytes += own
      if (count > 0 && bytes > this.#options.chunkBytes) break
      count++
    }
    return this.#waiting.splice(0, count)
  }

  async #deliver(parcels: readonly Parcel[]): Promise<void> {
    const rows = parcels.reduce((sum, parcel) => sum + parcel.rows, 0)
    const { expires = 0, receivedAt = 0 } = parcels[0] ?? {}
    const lines = Buffer.from(parcels.map((parcel) => parcel.lines).join(''))
    const body = lines.length > mostLines ? undefined : encodeChunk(lines, { rows, receivedAt })
    if (body === undefined || body.length > largestMessage) {
      this.#refuse(parcels, new NotTaken('tooLarge'))
      return
    }
    const failure = await this.#send(body, expires)
    if (failure === undefined) {
      this.#records += rows
      this.#chunks++
      for (const { bytes, resolve } of parcels) {
        this.#pending -= bytes
        resolve()
      }
    } else this.#refuse(parcels, failure)
  }

  /** Tries until it is taken, refused or late. */
  async #send(body: string, expires: number): Promise<NotTaken | undefined> {
    let lost: QueueError | undefined
    for (;;) {
      const left = expires - this.#now()
      if (left < shortestTry) return new NotTaken(lost === undefined ? 'refused' : 'lost', lost)
      try {
        await this.#options.send(body, left)
        return undefined
      } catch (error) {
        if (!(error instanceof QueueError)) return new NotTaken('lost', error)
        if (error.failure === 'refused') {
          this.#refusedUntil = this.#now() + pauseAfterRefusal
          this.#refuse(this.#waiting.splice(0), new NotTaken('refused', error))
          return new NotTaken(lost === undefined ? 'refused' : 'lost', error)
        }
        lost = error
        await pause(pauseAfterLoss)
      }
    }
  }

  #refuse(parcels: readonly Parcel[], reason: NotTaken): void {
    for (const { bytes, reject } of parcels) {
      this.#pending -= bytes
      reject(reason)
    }
  }

  #refuseExpired(): void {
    const now = this.#now()
    const late = this.#waiting.findIndex(({ expires }) => expires > now)
    const count = late === -1 ? this.#waiting.length : late
    if (count > 0) this.#refuse(this.#waiting.splice(0, count), new NotTaken('refused'))
  }
}

/** The lines of one packer. */
export function packerMetrics(packer: Packer): string {
  const { records, chunks, pendingBytes } = packer.figures()
  return (
    counter('logs_accepted_total', records) +
    counter('logs_chunks_sent_total', chunks) +
    gauge('logs_pending_bytes', pendingBytes)
  )
}
