// Tokens of people whom the campaign knows already, as the service itself signs them.

import { createHmac } from 'node:crypto'

/** Somebody of the users that are seeded. */
export interface Person {
  readonly id: number
  readonly user_name: string
}

const lifetime_s = 1_800

/** Of everybody whom `campaign seed` makes. */
export const seededPassword = 'campaign'

/** The user whom `campaign seed` gives this id. */
export function seededPerson(id: number): Person {
  return { id, user_name: `user_${id}` }
}

/** A bearer token. */
export function mintToken({ id, user_name }: Person, secret: string): string {
  const now = Math.floor(Date.now() / 1_000)
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { sub: user_name, user_id: id, iat: now, exp: now + lifetime_s }
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}
