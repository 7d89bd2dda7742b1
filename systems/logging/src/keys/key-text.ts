// Ingest keys as text. A key is 32 random bytes, so one round of SHA-256 hides it as well as a slow hash would hide a
// password; only the hash is kept.

import { hash } from 'node:crypto'

const prefix = 'logging_'
const longestKey = 256

/** A key from 32 random bytes. It is shown once. */
export function keyText(random: Uint8Array): string {
  return prefix + Buffer.from(random).toString('base64url')
}

/** The hash of a key, in hex. */
export function keyHash(key: string): string {
  return hash('sha256', key, 'hex')
}

/** The key of an `authorization` header; undefined when there is none. */
export function bearerKey(header: string | undefined): string | undefined {
  if (header === undefined || header.length > longestKey) return undefined
  return /^bearer +(\S+)$/i.exec(header)?.[1]
}
