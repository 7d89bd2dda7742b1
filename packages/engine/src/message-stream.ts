// A stream as a persona sees it: messages that have come and those that are awaited. What carries it is a `Wire`.

import type { MessageOptions, Stream, StreamMessage, WebSocketStream } from '@plimsoll/workload'
import type { MeasuredAction } from './measured-action.ts'

/** What carries a stream: a WebSocket, or an answer that does not end. */
export interface Wire {
  send(message: string | Uint8Array): void
  close(): void
}

/** Begins the action of awaiting a message; `giveUp` is called when its time is over. */
export type BeginMessage = (
  name: string,
  options: MessageOptions,
  giveUp: (action: MeasuredAction, reason: string) => void,
) => MeasuredAction | null

const unreadAtMost = 1_000
const unreadBytesAtMost = 16 * 1_048_576

interface Awaiting {
  readonly action: MeasuredAction
  readonly where: (message: StreamMessage) => boolean
  readonly resolve: (message: StreamMessage) => void
  readonly reject: (thrown: unknown) => void
}

export class MessageStream implements Stream, WebSocketStream {
  outcome: Stream['outcome'] = 'ok'
  readonly #begin: BeginMessage
  #wire: Wire | null = null
  #unread: Received[] = []
  #unreadBytes = 0
  #awaiting: Awaiting | null = null
  /** Why no message comes any more; empty while some may. */
  #endedBy = ''

  constructor(begin: BeginMessage) {
    this.#begin = begin
  }

  /** What brings its messages, and is closed with it. */
  carriedBy(wire: Wire): void {
    this.#wire = wire
    if (this.#endedBy !== '') wire.close()
  }

  send(message: string | Uint8Array): void {
    if (this.#endedBy === '') this.#wire?.send(message)
  }

  close(): void {
    this.over('closed by the session')
  }

  /** No message comes any more. */
  over(reason: string): void {
    if (this.#endedBy !== '') return
    this.#endedBy = reason
    this.#wire?.close()
    const awaiting = this.#awaiting
    this.#awaiting = null
    if (awaiting !== null) this.#fail(awaiting, reason)
  }

  message(options: MessageOptions = {}): Promise<StreamMessage> {
    return new Promise((resolve, reject) => {
      if (this.#awaiting !== null) {
        throw new Error('message: expected one to be awaited at a time, found a second')
      }
      const action = this.#begin(options.name ?? 'message', options, (_action, reason) => {
        const awaiting = this.#awaiting
        this.#awaiting = null
        if (awaiting !== null) this.#fail(awaiting, reason)
      })
      if (action === null) return
      const awaiting = { action, where: options.where ?? (() => true), resolve, reject }
      while (this.#unread.length > 0) {
        const message = this.#unread.shift() as Received
        this.#unreadBytes -= message.size
        if (this.#gives(awaiting, message)) return
      }
      if (this.#endedBy === '') this.#awaiting = awaiting
      else this.#fail(awaiting, this.#endedBy)
    })
  }

  /** One has come. */
  received(type: string, data: string | Buffer): void {
    if (this.#endedBy !== '') return
    const message = new Received('ok', type, data)
    const awaiting = this.#awaiting
    if (awaiting !== null) {
      this.#awaiting = null
      if (!this.#gives(awaiting, message)) this.#awaiting = awaiting
      return
    }
    this.#unread.push(message)
    this.#unreadBytes += message.size
    if (this.#unread.length > unreadAtMost) this.over(`over ${unreadAtMost} messages unread`)
    else if (this.#unreadBytes > unreadBytesAtMost) {
      this.over(`over ${unreadBytesAtMost} bytes unread`)
    }
  }

  /** True when the wait is over, one way or the other. */
  #gives({ action, where, resolve, reject }: Awaiting, message: Received): boolean {
    try {
      if (!where(message)) return false
    } catch (thrown) {
      action.end('failed', 'its `where` threw')
      reject(thrown)
      return true
    }
    action.end('ok')
    resolve(message)
    return true
  }

  #fail({ action, resolve }: Awaiting, reason: string): void {
    action.end('failed', reason)
    resolve(new Received('failed', '', ''))
  }
}

class Received implements StreamMessage {
  readonly outcome: StreamMessage['outcome']
  readonly type: string
  readonly #data: string | Buffer

  constructor(outcome: StreamMessage['outcome'], type: string, data: string | Buffer) {
    this.outcome = outcome
    this.type = type
    this.#data = data
  }

  get size(): number {
    return this.#data.length
  }

  text(): string {
    return this.#data.toString()
  }

  json<T = unknown>(): T {
    const text = this.text()
    try {
      return JSON.parse(text) as T
    } catch (cause) {
      const start = JSON.stringify(text.slice(0, 60))
      throw new SyntaxError(`expected a message in JSON, found ${start}`, { cause })
    }
  }

  bytes(): Uint8Array {
    return Buffer.from(this.#data as Buffer)
  }
}
