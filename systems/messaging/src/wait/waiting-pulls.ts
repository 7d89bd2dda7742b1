// Clients that wait for the next message of a chat. A message that passes through this edge wakes them at once; one
// that came another way is found by asking a store, every so often and for all of them together, how far the chats
// have come.

export interface WaitingPullsOptions {
  /** The time of the newest message of each chat. */
  readonly newest: (chats: readonly string[]) => Promise<readonly bigint[]>
  readonly every_ms: number
  /** Most that may wait at one time. */
  readonly most: number
}

export interface WaitOptions {
  /** How long, in milliseconds. */
  readonly timeout: number
  /** Ends the waiting of one who need not wait any more. */
  readonly signal: AbortSignal
}

interface Waiter {
  readonly cursor: number
  readonly wake: () => void
}

/** Most chats that are asked about in one turn; the others have theirs in the next. */
const mostPerTurn = 1_000

/** Wakes whoever waits. */
export class WaitingPulls implements Disposable {
  readonly #options: WaitingPullsOptions
  readonly #byChat = new Map<string, Set<Waiter>>()
  readonly #turn: NodeJS.Timeout
  #isAsking = false
  #isOver = false
  #waiters = 0

  constructor(options: WaitingPullsOptions) {
    this.#options = options
    this.#turn = setInterval(() => void this.#ask(), options.every_ms).unref()
  }

  /** Chats that somebody waits for. */
  get chats(): number {
    return this.#byChat.size
  }

  /** Who waits now. */
  get waiters(): number {
    return this.#waiters
  }

  /** False when nobody is woken any more, because the service is stopping. */
  get isOpen(): boolean {
    return !this.#isOver
  }

  /** True when nobody else may wait. */
  get isFull(): boolean {
    return this.#waiters >= this.#options.most
  }

  /** Resolves when the chat has a message at or after the cursor, or when the waiting ends. */
  async until(chat: string, cursor: number, { timeout, signal }: WaitOptions): Promise<void> {
    if (this.#isOver || signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const stop = () => resolve()
    signal.addEventListener('abort', stop)
    this.#waiters++
    const waiter = { cursor, wake: resolve }
    const others = this.#byChat.get(chat) ?? new Set()
    this.#byChat.set(chat, others.add(waiter))
    const late = setTimeout(resolve, timeout)
    await promise
    clearTimeout(late)
    signal.removeEventListener('abort', stop)
    this.#waiters--
    others.delete(waiter)
    if (others.size === 0 && this.#byChat.get(chat) === others) this.#byChat.delete(chat)
  }

  /** A message was stored. */
  notice(chat: string, send_time: number): void {
    const waiters = this.#byChat.get(chat)
    if (waiters === undefined) return
    for (const { cursor, wake } of waiters) if (cursor <= send_time) wake()
  }

  /** Wakes everybody, now and from now on: a draining service lets nobody wait. */
  release(): void {
    this.#isOver = true
    for (const waiters of this.#byChat.values()) for (const { wake } of waiters) wake()
  }

  async #ask(): Promise<void> {
    if (this.#isAsking || this.#byChat.size === 0) return
    this.#isAsking = true
    try {
      const chats = [...this.#byChat.keys()].slice(0, mostPerTurn)
      const times = await this.#options.newest(chats)
      for (const [i, chat] of chats.entries()) {
        this.notice(chat, Number(times[i] ?? 0n))
        this.#toTheEnd(chat)
      }
    } catch {
      // No store answers: the next turn asks again.
    } finally {
      this.#isAsking = false
    }
  }

  #toTheEnd(chat: string): void {
    const waiters = this.#byChat.get(chat)
    if (waiters === undefined || this.#byChat.size <= mostPerTurn) return
    this.#byChat.delete(chat)
    this.#byChat.set(chat, waiters)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#turn)
    this.release()
  }
}
