// Keeps one address in the list of etcd for as long as its service is ready.
//
//   absent ──ready──→ registered ──end──→ absent
//     ↑                   │
//     └──not ready, or etcd away, for longer than the lease
//
// Every beat keeps the lease alive and looks that the address still stands under it: after etcd has been away, even if it
// came back empty, the next beat registers again. Whoever is killed goes from the list when the lease ends.

import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '@plimsoll/service'

import type { EtcdClient } from './etcd-client.ts'
import { Spell } from './spell.ts'

export interface RegistrationOptions {
  readonly etcd: EtcdClient
  readonly prefix: string
  /** The address that others are to call. */
  readonly url: string
  /** How long the address stays in the list without a beat. */
  readonly lease_seconds: number
  readonly isReady: () => Promise<boolean>
  readonly log: Logger
}

const longestBeat_ms = 1_000

/** The place of one service in the list. */
export class Registration {
  readonly #options: RegistrationOptions
  readonly #over = new AbortController()
  readonly #away: Spell
  readonly #beating: Promise<void>
  #lease: string | undefined

  constructor(options: RegistrationOptions) {
    this.#options = options
    this.#away = new Spell({
      began: (error) => options.log.warn({ err: error }, 'etcd is away: not registered anew'),
      ended: () => options.log.info('etcd answers'),
    })
    this.#beating = this.#beat()
  }

  /** Takes the address out of the list. Resolves also when etcd is away: it goes with its lease then. */
  async end(): Promise<void> {
    this.#over.abort()
    await this.#beating
    if (this.#lease === undefined) return
    const { etcd, log } = this.#options
    await etcd.revoke(this.#lease).then(
      () => log.info('deregistered'),
      (error: unknown) => log.warn({ err: error }, 'etcd is away: not deregistered'),
    )
  }

  /** Never rejects. */
  async #beat(): Promise<void> {
    const { lease_seconds, isReady } = this.#options
    const beat_ms = Math.min(longestBeat_ms, (lease_seconds * 1_000) / 3)
    const { signal } = this.#over
    while (!signal.aborted) {
      try {
        if (await isReady()) {
          await this.#register(signal)
          this.#away.end()
        }
      } catch (error) {
        if (!signal.aborted) this.#away.begin(error)
      }
      await pause(beat_ms, undefined, { signal }).catch(() => undefined)
    }
  }

  async #register(signal: AbortSignal): Promise<void> {
    const { etcd, prefix, url, lease_seconds, log } = this.#options
    const isNew = this.#lease === undefined || !(await etcd.keepAlive(this.#lease, signal))
    if (isNew) this.#lease = await etcd.grant(lease_seconds, signal)
    await etcd.hold({ key: prefix + url, value: url, lease: this.#lease ?? '' }, signal)
    if (isNew) log.info({ url }, 'registered')
  }
}
