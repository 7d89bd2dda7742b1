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
  /** Of the body: unpacked, once it is. */
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
    ask(key)
    this.#keyOf.set(request, key)
  }

  /** Takes `use`, unless the quotas were used up while the body was on its way: a 429. */
  begin(request: IncomingMessage, use: Use): void {
    this.#ask(request)
    this.charge(request, use)
  }

  /**
   * Takes `use` in place of `begun`, what the request began with; a 429 when others have used the quotas up since
   * then. It is charged all the same: it has been unpacked and split.
   */
  extend(request: IncomingMessage, { begun, use }: { begun: Use; use: Use }): void {
    this.charge(request, { records: -begun.records, bytes: -begun.bytes })
    try {
      this.#ask(request)
    } finally {
      this.charge(request, use)
    }
  }

  /** Takes it from the quotas of the key that was admitted. */
  charge(request: IncomingMessage, { records, bytes }: Use): void {
    const key = this.#keyOf.get(request)
    key?.records?.take(records)
    key?.bytes?.take(bytes)
  }

  #ask(request: IncomingMessage): void {
    const key = this.#keyOf.get(request)
    if (key !== undefined) ask(key)
  }
}

function ask({ records, bytes }: Key): void {
  const wait = Math.max(records?.wait() ?? 0, bytes?.wait() ?? 0)
  if (wait > 0) throw tooMuch(wait)
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
