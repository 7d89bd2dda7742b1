// Who may write and who may read, where ingest keys are required: a key in `authorization: Bearer …`, asked for before
// the body is read. A key that writes does not read.

import type { IncomingMessage } from 'node:http'
import { Problem, unavailable, type RequestHook } from '@plimsoll/service'

import type { Key, KeyRing } from './key-ring.ts'
import type { Scope } from './key-store.ts'
import { bearerKey } from './key-text.ts'

/** What a request has used. */
export interface Use {
  readonly records: number
  /** Of the body, unpacked. */
  readonly bytes: number
}

/** Admits requests, with a 401, 403, 429 or 503 for the others, and charges them to their key. */
export class KeyGate {
  readonly #ring: KeyRing
  readonly #keyOf = new WeakMap<IncomingMessage, Key>()

  constructor(ring: KeyRing) {
    this.#ring = ring
  }

  /** For routes of one scope. */
  hook(scope: Scope): RequestHook {
    return async (request, reply) => {
      // RFC 9110 wants it beside a 401; elsewhere it says nothing wrong.
      void reply.header('www-authenticate', 'Bearer')
      await this.#admit(request.raw, scope)
      reply.removeHeader('www-authenticate')
    }
  }

  async #admit(request: IncomingMessage, scope: Scope): Promise<void> {
    const text = bearerKey(request.headers.authorization)
    const key = text === undefined ? null : await this.#ring.find(text)
    if (key === undefined) throw unavailable('The keys cannot be read now.')
    if (key === null) throw unknownKey()
    if (key.scope !== scope) throw wrongScope(key.scope)
    const wait = Math.max(key.records?.wait() ?? 0, key.bytes?.wait() ?? 0)
    if (wait > 0) throw tooMuch(wait)
    this.#keyOf.set(request, key)
  }

  /** Takes it from the quotas of the key that was admitted. */
  charge(request: IncomingMessage, { records, bytes }: Use): void {
    const key = this.#keyOf.get(request)
    key?.records?.take(records)
    key?.bytes?.take(bytes)
  }
}

function unknownKey(): Problem {
  return new Problem({
    status: 401,
    title: 'Not known',
    detail: 'Expected a key that counts in the header authorization: Bearer KEY.',
  })
}

function wrongScope(scope: Scope): Problem {
  const detail = `This key may ${scope} and nothing else.`
  return new Problem({ status: 403, title: 'Not allowed', detail })
}

function tooMuch(wait: number): Problem {
  return new Problem({
    status: 429,
    title: 'Too much',
    detail: 'The quota of this key is used up.',
    retryAfterSeconds: wait,
  })
}
