// How often logins may fail. The limit is per name and address: whoever guesses at a name locks out nobody who is
// elsewhere. Two wider ones stand behind it. One address may not try one password on every name. And a name at which
// many addresses guess is besieged: each address then gets few tries at it, so that the guesses become slow while its
// owner, who knows the password, still comes in. All of it per instance.

import { RateLimit } from '@plimsoll/service'

/** One try to log in. */
export interface Try {
  readonly name: string
  /** Undefined where it is not known: then only the name counts. */
  readonly address: string | undefined
}

/** Wrong passwords of one address at any names, and of one name from anywhere, in multiples of the first limit. */
const wider = 5
/** Tries in a minute that each address has at a name that is besieged. */
const whileBesieged = 2
const remembered = 100_000

/** Counts failed logins. */
export class LoginLimits {
  readonly #own: RateLimit
  readonly #slow: RateLimit
  readonly #ofName: RateLimit
  readonly #ofAddress: RateLimit

  constructor({ perMinute, now }: { perMinute: number; now?: () => number }) {
    const limit = (times: number) =>
      new RateLimit({
        burst: times,
        perMinute: times,
        keys: remembered,
        ...(now === undefined ? {} : { now }),
      })
    this.#own = limit(perMinute)
    this.#slow = limit(Math.min(whileBesieged, perMinute))
    this.#ofName = limit(perMinute * wider)
    this.#ofAddress = limit(perMinute * wider)
  }

  /** Whole seconds until it may be tried; 0 when it may now. */
  wait({ name, address }: Try): number {
    const pair = keyOf({ name, address })
    return Math.max(
      this.#own.wait(pair),
      this.#ofName.wait(name) > 0 ? this.#slow.wait(pair) : 0,
      address === undefined ? 0 : this.#ofAddress.wait(address),
    )
  }

  /**
   * Notes a failure. A name that nobody has does not count against the address: clients try to log in before they
   * register, and whether a name is taken is no secret.
   */
  failed({ name, address }: Try, { isUser }: { isUser: boolean }): void {
    const pair = keyOf({ name, address })
    this.#own.take(pair)
    this.#slow.take(pair)
    this.#ofName.take(name)
    if (isUser && address !== undefined) this.#ofAddress.take(address)
  }
}

/** No address has a space in it. */
function keyOf({ name, address = '' }: Try): string {
  return `${address} ${name}`
}
