// Passwords are kept as Argon2id digests in PHC form, with the parameters that OWASP names as the least. One
// digest takes tens of milliseconds of a core, so logging in is a capacity of its own: a turnstile keeps it
// below the size of the thread pool, and sheds what does not fit.

import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

import { Turnstile, type TurnstileOptions } from './turnstile.ts'

const memory_kib = 19_456
const passes = 2
const parallelism = 1
const tagLength = 32
const derive = promisify(argon2)
const digestForm = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

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

async function digestOf(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const options = { message: password, nonce, parallelism, tagLength, memory: memory_kib, passes }
  const tag = await derive('argon2id', options)
  const text = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${memory_kib},t=${passes},p=${parallelism}$${text(nonce)}$${text(tag)}`
}

async function matches(password: string, digest: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt = '', kept = ''] = digestForm.exec(digest) ?? []
  if (memory === undefined) throw new Error('a stored digest is no Argon2id digest in PHC form')
  const expected = Buffer.from(kept, 'base64')
  const found = await derive('argon2id', {
    message: password,
    nonce: Buffer.from(salt, 'base64'),
    parallelism: Number(parallelism),
    tagLength: expected.length,
    memory: Number(memory),
    passes: Number(passes),
  })
  return timingSafeEqual(found, expected)
}
