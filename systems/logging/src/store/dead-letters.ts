// Where records go that can never be stored: a message of their own in the dead-letter queue, with the reason. The
// body stays a chunk, so that a dead letter is sent back as it is.

import { QueueError, type Queue, type QueueMessage } from '@plimsoll/service/queue'

import { sendOne } from '../open-queue.ts'
import { encodeChunk } from '../records/chunk.ts'

/** The dead-letter queue, found when it is needed first. */
export class DeadLetters implements Disposable {
  readonly #find: () => Promise<Queue | undefined>
  #queue: Queue | undefined

  constructor(find: () => Promise<Queue | undefined>) {
    this.#find = find
  }

  /** Sends a line that the database refuses. Rejects with `QueueError`; nothing may be deleted then. */
  async buryLine(line: Buffer, about: { reason: string; receivedAt: number }): Promise<void> {
    const body = encodeChunk(line, { rows: 1, receivedAt: about.receivedAt })
    await this.#send(body, about.reason)
  }

  /** Sends a whole message. Rejects with `QueueError`. */
  async buryMessage({ body }: QueueMessage, reason: string): Promise<void> {
    await this.#send(body, reason)
  }

  [Symbol.dispose](): void {
    this.#queue?.[Symbol.dispose]()
  }

  async #send(body: string, reason: string): Promise<void> {
    this.#queue ??= await this.#find()
    if (this.#queue === undefined) {
      throw new QueueError('refused', 'the queue has no dead-letter queue')
    }
    await sendOne(this.#queue, { body, attributes: { reason } })
  }
}
