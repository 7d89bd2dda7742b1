// Up to where this browser has written, as the service tells it: with it a read shows one's own writes, whichever
// database answers it. Kept with the session, so that all tabs know it.

import type { TextStorage } from './text-storage.ts'

const key = 'tagtogether.written'
const header = 'write-position'

export class OwnWrites {
  readonly #storage: TextStorage

  constructor(storage: TextStorage) {
    this.#storage = storage
  }

  /** What a request says. */
  headers(): Record<string, string> {
    const position = this.#storage.getItem(key)
    return position === null ? {} : { [header]: position }
  }

  /**
   * Takes in what the answer to a request with `sent` tells. Answers may come in another order than they were given, so
   * the furthest counts; but what answers the place that is kept covers it, also when it looks nearer: that one was not
   * known, or is of a database that is no more.
   */
  keep(headers: Headers, sent: Readonly<Record<string, string>>): void {
    const told = headers.get(header)
    if (told === null) return
    const known = this.#storage.getItem(key)
    if (known === null || known === sent[header] || placeOf(told) > placeOf(known)) {
      this.#storage.setItem(key, told)
    }
  }

  /** Somebody else may write from here now: a request that says nothing sees everything. */
  forget(): void {
    this.#storage.removeItem(key)
  }
}

/** Of `16/B374D848`: two halves, in hexadecimal digits. */
function placeOf(text: string): number {
  const [high = '', low = ''] = text.split('/')
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16)
}
