// A session is a secret in a cookie; the store keeps its SHA-256, so that reading the store opens none.

import { createHash, randomBytes } from 'node:crypto'

export interface SessionCookieOptions {
  readonly name: string
  readonly lifetime_seconds: number
  /** Sent over TLS only. */
  readonly secure: boolean
}

/** A new secret for a cookie, and the key to store it under. */
export function newSession(): { readonly secret: string; readonly key: Buffer } {
  const secret = randomBytes(32).toString('base64url')
  return { secret, key: sessionKey(secret) }
}

/** The key that a session's secret is stored under. */
export function sessionKey(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** The `Set-Cookie` header of a session; an empty secret takes the cookie away. */
export function sessionCookie(
  secret: string,
  { name, lifetime_seconds, secure }: SessionCookieOptions,
): string {
  const age = secret === '' ? 0 : lifetime_seconds
  return `${name}=${secret}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}

/** The value of a cookie of this name in a `Cookie` header, the first if there are several. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=')
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim()
  }
  return undefined
}
