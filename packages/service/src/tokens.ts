// Bearer tokens: JWTs signed with HS256 by a key of the settings. The algorithm is fixed and nothing in a
// token chooses a key. A token that was verified once is remembered until it expires, so a request with a
// known token costs one look into a map.

import { jwtVerify, SignJWT, type JWTPayload } from 'jose'

export interface TokensOptions<Identity> {
  /** At least 32 bytes. */
  readonly secret: string
  readonly lifetime_seconds: number
  /** How many verified tokens are remembered; the oldest is forgotten first. */
  readonly remembered: number
  /** Who the claims of a verified token name; undefined when they name nobody. */
  readonly identityOf: (claims: JWTPayload) => Identity | undefined
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Whom a token names, until when. */
export interface Bearer<Identity> {
  readonly identity: Identity
  /** Milliseconds since 1970. */
  readonly expires: number
}

const algorithm = 'HS256'
const longestToken = 4_096

/** Issues and verifies the tokens of one service. */
export class Tokens<Identity> {
  readonly #options: TokensOptions<Identity>
  readonly #key: Uint8Array
  readonly #known = new Map<string, Bearer<Identity>>()

  constructor(options: TokensOptions<Identity>) {
    this.#options = options
    this.#key = new TextEncoder().encode(options.secret)
  }

  /** A token with these claims, its time of issue and its expiry. */
  issue(claims: JWTPayload): Promise<string> {
    const issued = Math.floor(this.#options.now() / 1_000)
    return new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
      .setIssuedAt(issued)
      .setExpirationTime(issued + this.#options.lifetime_seconds)
      .sign(this.#key)
  }

  /** Whom a token names that was verified before; undefined says nothing about it. */
  known(token: string): Bearer<Identity> | undefined {
    const bearer = this.#known.get(token)
    if (bearer === undefined) return undefined
    if (bearer.expires > this.#options.now()) return bearer
    this.#known.delete(token)
    return undefined
  }

  /** Whom a token names; undefined for one that is forged, expired, malformed or names nobody. */
  async verify(token: string): Promise<Bearer<Identity> | undefined> {
    if (token.length > longestToken) return undefined
    const claims = await this.#claimsOf(token)
    const identity = claims === undefined ? undefined : this.#options.identityOf(claims)
    if (claims?.exp === undefined || identity === undefined) return undefined
    const bearer = { identity, expires: claims.exp * 1_000 }
    if (this.#known.size >= this.#options.remembered) {
      const [oldest] = this.#known.keys()
      if (oldest !== undefined) this.#known.delete(oldest)
    }
    this.#known.set(token, bearer)
    return bearer
  }

  async #claimsOf(token: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: [algorithm],
        requiredClaims: ['exp'],
        currentDate: new Date(this.#options.now()),
      })
      return payload
    } catch {
      return undefined
    }
  }
}
