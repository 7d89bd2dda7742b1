// Where requests go: a base URL, taken apart once.

import { PlimsollError } from '@plimsoll/workload'

/** One base URL. */
export interface Target {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** What the `Host` header says. */
  readonly authority: string
  /** Path of the base URL without its last slash; mostly empty. */
  readonly prefix: string
}

/** Takes `http[s]://host[:port][/prefix]`. Throws `target-unusable` for anything else. */
export function parseTarget(url: string): Target {
  const parsed = URL.parse(url)
  if (
    parsed === null ||
    (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') ||
    parsed.search !== '' ||
    parsed.hash !== ''
  ) {
    throw new PlimsollError({
      code: 'target-unusable',
      blame: 'input',
      message: `Expected the address of a server, such as http://127.0.0.1:8080, found ${JSON.stringify(url)}.`,
      hint: 'http and https are spoken; give scheme, host and port, no query.',
    })
  }
  const secure = parsed.protocol === 'https:'
  return {
    secure,
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? (secure ? 443 : 80) : Number(parsed.port),
    authority: parsed.host,
    prefix: parsed.pathname.replace(/\/$/, ''),
  }
}

/** `http://127.0.0.1:8080`, without a prefix. */
export function originOf({ secure, authority }: Target): string {
  return `${secure ? 'https' : 'http'}://${authority}`
}
