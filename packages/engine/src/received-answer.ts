// What came back, as a persona sees it. Headers and body stay bytes and text until somebody asks.

import type { Answer } from '@plimsoll/workload'

const noBody = new Uint8Array(0)

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
    return this.#body === null ? '' : this.#body.toString()
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

  /** The body's bytes; empty when there was none. */
  bytes(): Uint8Array {
    return this.#body ?? noBody
  }
}

/** The first value of a header in the text of a head, whose lines end with CR LF. */
export function headerOf(head: string, name: string): string | undefined {
  const wanted = name.toLowerCase()
  let start = head.indexOf('\r\n') + 2
  while (start > 1 && start < head.length) {
    const end = head.indexOf('\r\n', start)
    const colon = head.indexOf(':', start)
    if (end === -1 || colon === -1) return undefined
    if (colon - start === wanted.length && head.slice(start, colon).toLowerCase() === wanted) {
      return head.slice(colon + 1, end).trim()
    }
    start = end + 2
  }
  return undefined
}
