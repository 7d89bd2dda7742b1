// The keys that count, in memory: looked at every second, and when somebody comes with an unknown one.
// While the database does not answer, the last look counts: records are taken without a database, and so are keys.

import { setTimeout as pause } from 'node:timers/promises'
import { Quota } from '@plimsoll/service'

import { keyHash } from './key-text.ts'
import type { Scope, StoredKey } from './key-store.ts'

/** A key with what is left of its quotas. */
export interface Key {
  readonly id: string
  readonly scope: Scope
  readonly records: Quota | undefined
  readonly bytes: Quota | undefined
}

export interface KeyRingOptions {
  /** All keys that count; rejects when they cannot be read. */
  readonly read: () => Promise<readonly StoredKey[]>
  /** Monotonic milliseconds. */
  readonly now?: () => number
}

/** A revoked key is promised to count no more within two seconds: a look may wait as long again. */
const every_ms = 1_000
/** Strangers wait for one another, so that they do not make the database busy. */
const strangerEvery_ms = 250

interface Held extends Key {
  readonly stored: StoredKey
}

/** Finds keys until it is disposed of. */
export class KeyRing implements Disposable {
  readonly #options: KeyRingOptions
  readonly #now: () => number
  readonly #timer: NodeJS.Timeout
  #keys: ReadonlyMap<string, Held> = new Map()
  #looking: Promise<boolean> | undefined
  /** The look that strangers wait for. */
  #next: Promise<boolean> | undefined
  #lookedAt = -Infinity

  constructor(options: KeyRingOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    this.#timer = setInterval(() => void this.look(), every_ms).unref()
  }

  /** Resolves to whether the keys could be read. */
  async look(): Promise<boolean> {
    this.#looking ??= this.#read().finally(() => (this.#looking = undefined))
    return await this.#looking
  }

  /** The key, or null: it does not count. Undefined: it is new, and the database does not answer. */
  async find(key: string): Promise<Key | null | undefined> {
    const hash = keyHash(key)
    const known = this.#keys.get(hash)
    if (known !== undefined) return known
    if (!(await this.#lookAfresh())) return undefined
    return this.#keys.get(hash) ?? null
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  /** A look that begins from now on: one under way may have begun before a key was made. Strangers share it. */
  async #lookAfresh(): Promise<boolean> {
    this.#next ??= (async () => {
      await this.#looking
      await pause(Math.max(0, this.#lookedAt + strangerEvery_ms - this.#now()))
      this.#next = undefined
      return await this.look()
    })()
    return await this.#next
  }

  async #read(): Promise<boolean> {
    try {
      const stored = await this.#options.read()
      this.#keys = new Map(stored.map((one) => [one.hash, this.#keep(one)]))
      this.#lookedAt = this.#now()
      return true
    } catch {
      return false
    }
  }

  /** A key that has not changed keeps what is left of its quotas. */
  #keep(stored: StoredKey): Held {
    const held = this.#keys.get(stored.hash)
    const { recordsPerSecond, bytesPerSecond } = stored
    const isSame =
      held?.stored.recordsPerSecond === recordsPerSecond &&
      held.stored.bytesPerSecond === bytesPerSecond
    if (held !== undefined && isSame) return held
    const quota = (perSecond: number | null) =>
      perSecond === null ? undefined : new Quota({ perSecond, now: this.#now })
    const { id, scope } = stored
    return { id, scope, stored, records: quota(recordsPerSecond), bytes: quota(bytesPerSecond) }
  }
}
