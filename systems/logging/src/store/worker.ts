// Moves records from the queue into the database: receive, store, and only then delete. What is received while
// a transaction runs goes into the next one. What comes after a quiet moment is stored at once; under load nobody
// receives or stores more often than every 50 ms, so that a call and a transaction carry more.
//
//   receiving ──stop()──→ draining → stopped        what is held is stored, then deleted
//       └─ database down: nothing more is received; what is held stays hidden from others and is tried again
//
// A worker that dies leaves its messages to the others: they show up again, and rows that are there stay as they are.

import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '@plimsoll/service'
import type { Queue, QueueMessage } from '@plimsoll/service/queue'

import { decodeChunk, type Chunk } from '../records/chunk.ts'
import type { LineCounts } from './store-lines.ts'
import { WorkerFigures } from './worker-figures.ts'

/** A message that is held: received, not yet stored and deleted. */
export interface Held {
  readonly message: QueueMessage
  readonly chunk: Chunk
}

export interface WorkerOptions {
  readonly queue: Queue
  /** Stores what is held, in the slot of one connection; rejects when the database cannot be used. */
  readonly store: (held: readonly Held[], slot: number) => Promise<LineCounts>
  /** Puts a message that is no chunk, or that came too often, among the dead letters. */
  readonly bury: (message: QueueMessage, reason: string) => Promise<void>
  readonly log: Logger
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly settings: {
    readonly POOL_SIZE: number
    readonly RECEIVERS: number
    readonly WAIT_SECONDS: number
    readonly HIDDEN_SECONDS: number
    readonly BATCH_ROWS: number
    readonly BATCH_BYTES: number
    readonly HELD_MESSAGES: number
    readonly HELD_BYTES: number
    readonly RECEIVES_MAX: number
  }
}

const shortestPause = 100
const longestPause = 2_000
const shortestTurn = 50
/** A queue hands over so many at once, if there are so many. */
const mostReceived = 10

/** Runs from its making until `stop`. */
export class Worker {
  readonly figures = new WorkerFigures()
  readonly #options: WorkerOptions
  readonly #held = new Set<Held>()
  #heldBytes = 0
  readonly #waiting: Held[] = []
  readonly #deleting = new Set<Promise<void>>()
  readonly #ended: Promise<unknown>
  readonly #hiding: NodeJS.Timeout
  #wake = Promise.withResolvers<void>()
  #stopping = false
  #receiving: number
  #storeFails = false

  constructor(options: WorkerOptions) {
    this.#options = options
    const { RECEIVERS, POOL_SIZE, HIDDEN_SECONDS } = options.settings
    this.#receiving = RECEIVERS
    this.#hiding = setInterval(() => void this.#stayHidden(), (HIDDEN_SECONDS * 1_000) / 3)
    this.#ended = Promise.all([
      ...Array.from({ length: RECEIVERS }, () => this.#receive()),
      ...Array.from({ length: POOL_SIZE }, (_, slot) => this.#store(slot)),
    ])
  }

  /** False while the database refuses what is held. */
  get isStoring(): boolean {
    return !this.#storeFails
  }

  get held(): number {
    return this.#held.size
  }

  /** Receives nothing more. */
  stop(): void {
    this.#stopping = true
    this.#signal()
  }

  /** Resolves when all that was held has been stored and deleted, or handed back. Call `stop` before. */
  async ended(): Promise<void> {
    await this.#ended
    clearInterval(this.#hiding)
    await Promise.all(this.#deleting)
  }

  #signal(): void {
    this.#wake.resolve()
    this.#wake = Promise.withResolvers<void>()
  }

  async #receive(): Promise<void> {
    const { queue, settings, log } = this.#options
    let failures = 0
    while (!this.#stopping) {
      const isFull =
        this.#held.size >= settings.HELD_MESSAGES || this.#heldBytes >= settings.HELD_BYTES
      if (this.#storeFails || isFull) {
        await this.#wake.promise
        continue
      }
      try {
        const wait = settings.WAIT_SECONDS
        const began = performance.now()
        const messages = await queue.receive({ wait, hidden: settings.HIDDEN_SECONDS })
        failures = 0
        const buried = messages.filter((message) => !this.#hold(message))
        if (messages.length > 0) this.#signal()
        for (const message of buried) await this.#bury(message)
        const isBehind = messages.length === mostReceived || this.#waiting.length >= mostReceived
        if (!isBehind) await restOfTurn(began)
      } catch (error) {
        if (failures++ === 0) log.warn({ err: error }, 'the queue cannot be read')
        await pause(pauseAfter(failures))
      }
    }
    this.#receiving--
    this.#signal()
  }

  /** False when it is none to store. */
  #hold(message: QueueMessage): boolean {
    if (message.receives > this.#options.settings.RECEIVES_MAX) return false
    const chunk = decodeChunk(message.body)
    if (chunk === undefined) return false
    const held = { message, chunk }
    this.#held.add(held)
    this.#heldBytes += chunk.lines.length
    this.#waiting.push(held)
    return true
  }

  /** One that cannot be buried now comes again. */
  async #bury(message: QueueMessage): Promise<void> {
    const { bury, log, settings } = this.#options
    const reason =
      message.receives > settings.RECEIVES_MAX
        ? `it was received ${message.receives} times`
        : 'it is no chunk of records'
    try {
      await bury(message, reason)
    } catch (error) {
      log.warn({ err: error, message_id: message.id, reason }, 'a message cannot be buried now')
      return
    }
    this.figures.buriedMessages++
    this.#delete([message])
  }

  async #store(slot: number): Promise<void> {
    for (;;) {
      const batch = this.#take()
      if (batch.length === 0) {
        if (this.#stopping && this.#receiving === 0) return
        await this.#wake.promise
        continue
      }
      const began = performance.now()
      if (!(await this.#storeBatch(batch, slot))) return
      for (const held of batch) {
        this.#held.delete(held)
        this.#heldBytes -= held.chunk.lines.length
      }
      this.#delete(batch.map(({ message }) => message))
      this.#signal()
      if (this.#waiting.length < mostReceived) await restOfTurn(began)
    }
  }

  /** Tries until it is stored; false when the worker stops first, and hands it back. */
  async #storeBatch(batch: readonly Held[], slot: number): Promise<boolean> {
    const { store, log, clock, queue } = this.#options
    for (let failures = 1; ; failures++) {
      try {
        this.figures.stored(batch, await store(batch, slot), clock())
        this.#storeFails = false
        return true
      } catch (error) {
        this.figures.failures++
        if (failures === 1) log.warn({ err: error }, 'records cannot be stored now')
        this.#storeFails = true
        if (this.#stopping) {
          await queue
            .hide(
              [...this.#held].map(({ message }) => message),
              1,
            )
            .catch(() => undefined)
          return false
        }
        await pause(pauseAfter(failures))
      }
    }
  }

  #take(): Held[] {
    const { BATCH_ROWS, BATCH_BYTES } = this.#options.settings
    let [rows, bytes, count] = [0, 0, 0]
    for (const { chunk } of this.#waiting) {
      rows += chunk.rows
      bytes += chunk.lines.length
      if (count > 0 && (rows > BATCH_ROWS || bytes > BATCH_BYTES)) break
      count++
    }
    return this.#waiting.splice(0, count)
  }

  /** What is not deleted comes again, and is found to be stored. */
  #delete(messages: readonly QueueMessage[]): void {
    const deleting = this.#options.queue
      .delete(messages)
      .catch((error: unknown) => {
        this.#options.log.warn({ err: error }, 'stored messages could not be deleted')
      })
      .finally(() => this.#deleting.delete(deleting))
    this.#deleting.add(deleting)
  }

  async #stayHidden(): Promise<void> {
    const messages = [...this.#held].map(({ message }) => message)
    if (messages.length === 0) return
    await this.#options.queue.hide(messages, this.#options.settings.HIDDEN_SECONDS).catch(() => {
      // They show up elsewhere too, which is harmless.
    })
  }
}

async function restOfTurn(began: number): Promise<void> {
  const rest = began + shortestTurn - performance.now()
  if (rest > 0) await pause(rest)
}

function pauseAfter(failures: number): number {
  return Math.min(longestPause, shortestPause * 2 ** Math.min(failures, 10))
}
