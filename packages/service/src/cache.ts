// Redis, which is a cache and never a record: whatever it cannot answer in time is answered without it. So no
// method rejects; `undefined` means "ask the database".

import { createHash } from 'node:crypto'
import { createClient } from '@redis/client'

export interface CacheOptions {
  readonly url: string
  /** How long one command may take, in milliseconds; also how long connecting may. */
  readonly timeout: number
  /** Commands that may wait for their answer; beyond it the cache counts as not answering. */
  readonly queueLimit: number
  /** Told when the connection breaks; it is made again by itself. */
  readonly onError: (error: Error) => void
}

/** What the metrics tell about the cache. */
export interface CacheFigures {
  readonly commands: number
  readonly failures: number
}

/** A Lua script, sent whole only when the server does not know it yet. */
export interface CacheScript {
  readonly text: string
  readonly digest: string
}

/** Names a Lua script by its digest, as EVALSHA wants it. */
export function cacheScript(text: string): CacheScript {
  return Object.freeze({ text, digest: createHash('sha1').update(text).digest('hex') })
}

const slowestReconnect = 2_000

/** A connection to one Redis, made again whenever it is lost. */
export class Cache implements AsyncDisposable {
  readonly #client: ReturnType<typeof clientFor>
  readonly #timeout: number
  #commands = 0
  #failures = 0

  constructor(options: CacheOptions) {
    this.#client = clientFor(options)
    this.#timeout = options.timeout
    this.#client.on('error', options.onError)
    // It keeps trying until it is there.
    this.#client.connect().catch(options.onError)
  }

  /** The answer of one command, or undefined when it did not come. */
  async ask(words: readonly string[]): Promise<unknown> {
    this.#commands++
    try {
      return await this.#send(words)
    } catch {
      this.#failures++
      return undefined
    }
  }

  /** The answer of a script that runs as one step on the server, or undefined. */
  async run(
    { text, digest }: CacheScript,
    keys: readonly string[],
    values: readonly string[],
  ): Promise<unknown> {
    const rest = [String(keys.length), ...keys, ...values]
    this.#commands++
    try {
      return await this.#send(['EVALSHA', digest, ...rest])
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('NOSCRIPT')) {
        return await this.ask(['EVAL', text, ...rest])
      }
      this.#failures++
      return undefined
    }
  }

  /** The client's own time-out ends when a command is written: a server that hangs would be waited for. */
  async #send(words: readonly string[]): Promise<unknown> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(reject, this.#timeout, new Error('the cache did not answer in time'))
    try {
      return await Promise.race([this.#client.sendCommand([...words]), late])
    } finally {
      clearTimeout(timer)
    }
  }

  figures(): CacheFigures {
    return { commands: this.#commands, failures: this.#failures }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy()
  }
}

function clientFor({ url, timeout, queueLimit }: CacheOptions) {
  return createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    commandsQueueMaxLength: queueLimit,
    commandOptions: { timeout },
    socket: {
      connectTimeout: timeout,
      reconnectStrategy: (tries) => Math.min(slowestReconnect, 50 * 2 ** tries),
    },
  })
}
