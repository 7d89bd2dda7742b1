// Follows the list of stores in etcd: reads it whole, waits until something in it has changed, reads it again. A wait
// without a change has an end too, so that an etcd that hangs is noticed. While etcd is away the last list stays.

import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '@plimsoll/service'

import type { EtcdClient } from './etcd-client.ts'
import { Spell } from './spell.ts'

export interface StoreListOptions {
  readonly etcd: EtcdClient
  readonly prefix: string
  /** Told each list that differs from the one before; it may be empty. */
  readonly onList: (urls: readonly string[]) => void
  readonly log: Logger
}

const longestWait_ms = 10_000
const pauseWhenAway_ms = 250

/** The stores that are registered, for as long as it is not disposed of. */
export class StoreList implements AsyncDisposable {
  readonly #options: StoreListOptions
  readonly #over = new AbortController()
  readonly #away: Spell
  readonly #following: Promise<void>
  #last = ''

  constructor(options: StoreListOptions) {
    this.#options = options
    this.#away = new Spell({
      began: (error) => options.log.warn({ err: error }, 'etcd is away: the last list stays'),
      ended: () => options.log.info('etcd answers'),
    })
    this.#following = this.#follow()
  }

  /** Whether etcd answered when it was last asked. */
  get isCurrent(): boolean {
    return this.#away.isOff
  }

  /** Never rejects. */
  async #follow(): Promise<void> {
    const { etcd, prefix, onList } = this.#options
    const { signal } = this.#over
    while (!signal.aborted) {
      try {
        const { revision, values } = await etcd.valuesUnder(prefix, signal)
        this.#away.end()
        const urls = values.filter(isAddress)
        if (urls.join() !== this.#last) onList(urls)
        this.#last = urls.join()
        await etcd.change(prefix, { after: revision, within: longestWait_ms, signal })
      } catch (error) {
        if (signal.aborted) return
        this.#away.begin(error)
        await pause(pauseWhenAway_ms, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort()
    await this.#following
  }
}

/** Anybody may write to etcd: what is no address of a store is left out. */
function isAddress(text: string): boolean {
  return /^https?:\/\/[^/?#@\s]+\/?$/.test(text) && URL.canParse(text)
}
