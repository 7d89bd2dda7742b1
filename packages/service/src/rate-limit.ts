// A bucket of tokens per key: so many at once, refilled evenly. It is kept in this process, so several
// instances allow several times as much.

export interface RateLimitOptions {
  /** How many a key may take at once. */
  readonly burst: number
  /** How many a key gets back in a minute. */
  readonly perMinute: number
  /** How many keys are remembered; the one that was used longest ago is forgotten first. */
  readonly keys: number
  /** Monotonic milliseconds. */
  readonly now?: () => number
}

interface Bucket {
  left: number
  at: number
}

/** Limits how often something may happen per key. */
export class RateLimit {
  readonly #options: RateLimitOptions
  readonly #now: () => number
  readonly #buckets = new Map<string, Bucket>()

  constructor(options: RateLimitOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** Whole seconds until the key may take one; 0 when it may now. Takes nothing. */
  wait(key: string): number {
    const missing = 1 - this.#bucket(key).left
    return missing <= 0 ? 0 : Math.ceil((missing * 60) / this.#options.perMinute)
  }

  /** Takes one from the key's bucket, which stays at zero when it is empty. */
  take(key: string): void {
    const bucket = this.#bucket(key)
    bucket.left = Math.max(0, bucket.left - 1)
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    if (this.#buckets.size <= this.#options.keys) return
    const [oldest] = this.#buckets.keys()
    if (oldest !== undefined) this.#buckets.delete(oldest)
  }

  #bucket(key: string): Bucket {
    const { burst, perMinute } = this.#options
    const now = this.#now()
    const bucket = this.#buckets.get(key)
    if (bucket === undefined) return { left: burst, at: now }
    bucket.left = Math.min(burst, bucket.left + ((now - bucket.at) * perMinute) / 60_000)
    bucket.at = now
    return bucket
  }
}
