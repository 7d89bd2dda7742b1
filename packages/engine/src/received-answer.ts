// What came back, as a persona sees it. Headers and body stay bytes and text until somebody asks.

import type { Answer } from '@plimsoll/workload'
import { headerOf } from './head-fields.ts'
import { unpacked } from './unpacked.ts'

const noBody = Buffer.alloc(0)

/** The answer to one action. */
export class ReceivedAnswer implements Answer {
  readonly outcome: Answer['outcome']
  readonly status: number
  readonly #action: string
  readonly #head: string
  readonly #body: Buffer | null

  constructor(
    action: string,
    outcome: Answer['outcome'],
    received: { status: number; head: string; body: Buffer | null },
  ) {
    this.outcome = outcome
    this.status = received.status
    this.#action = action
    this.#head = received.head
    this.#body = received.body
  }

  header(name: string): string | undefined {
    return headerOf(this.#head, name)
  }

  text(): string {
    return this.bytes().toString()
  }

  json<T = unknown>(): T {
    const text = this.text()
    try {
      return JSON.parse(text) as T
    } catch (cause) {
      const start = JSON.stringify(text.slice(0, 60))
      throw new SyntaxError(
        `${this.#action} was answered ${this.status === 0 ? 'not at all' : `with ${this.status}`}: expected JSON, found ${start}`,
        { cause },
      )
    }
  }

  /** The body's bytes; null when there are none, or none that can be read. */
  readable(): Buffer | null {
    try {
      return this.#body === null ? null : this.bytes()
    } catch {
      return null
    }
  }

  /** The body's bytes; empty when there was none. */
  bytes(): Buffer {
    return this.#body === null ? noBody : unpacked(this.#body, this.#head)
  }
}
