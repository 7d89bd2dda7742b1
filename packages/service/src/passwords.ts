// Passwords are kept as Argon2id digests in PHC form, with the parameters that OWASP names as the least. One
// digest takes tens of milliseconds of a core, so logging in is a capacity of its own: a turnstile keeps it
// below the size of the thread pool, and sheds what does not fit.

import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

import { Turnstile, type TurnstileOptions } from './turnstile.ts'

const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hashes and verifies passwords, a bounded number at once. Rejects with a 503 beyond its capacity. */
export class Passwords {
  readonly turnstile: Turnstile
  readonly #nobody: Promise<string>

  constructor(options: TurnstileOptions) {
    this.turnstile = new Turnstile(options)
    this.#nobody = digestOf(randomBytes(16).toString('hex'))
    // Whoever needs it is told by its own promise.
    this.#nobody.catch(() => undefined)
  }

  /** The digest to keep, with a salt of its own. */
  hash(password: string): Promise<string> {
    return this.turnstile.run(() => digestOf(password))
  }

  /**
   * Whether the password belongs to the digest. Without a digest the answer is no and takes as long, so that
   * nobody learns from the time which names exist.
   */
  verify(password: string, digest: string | undefined): Promise<boolean> {
    return this.turnstile.run(async () => {
      const fits = await matches(password, digest ?? (await this.#nobody))
      return fits && digest !== undefined
    })
  }
}

function digestOf(password: string): Promise<string> {
  return hash(password, cost)
}

async function matches(password: string, digest: string): Promise<boolean> {
  if (!digest.startsWith('$argon2id$')) throw new Error('a stored digest is no Argon2id digest')
  return await verify(digest, password)
}
