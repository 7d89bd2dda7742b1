// The cookies of one session, as RFC 6265 has them for one host: names and values, where they are sent, and when
// they end. `Domain`, `Secure` and `SameSite` are not looked at: a session speaks with one target only.

import type { Cookies } from '@plimsoll/workload'
import { headerOf } from './head-fields.ts'

interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
  /** On the engine's clock, ms. */
  readonly endsAt: number
}

const cookiesAtMost = 50
const bytesAtMost = 4_096

export class CookieJar implements Cookies {
  readonly #now: () => number
  readonly #cookies = new Map<string, Cookie>()

  constructor(now: () => number) {
    this.#now = now
  }

  get(name: string): string | undefined {
    const now = this.#now()
    for (const cookie of this.#cookies.values()) {
      if (cookie.name === name && cookie.endsAt > now) return cookie.value
    }
    return undefined
  }

  /** Keeps what the head of an answer sets; a cookie that has ended is taken out. */
  keep(head: string): void {
    for (const [, line = ''] of head.matchAll(/\r\nset-cookie:[ \t]*([^\r\n]*)/gi)) {
      const cookie = this.#parse(line, headerOf(head, 'date'))
      if (cookie === null) continue
      const key = `${cookie.name} ${cookie.path}`
      if (cookie.endsAt <= this.#now()) this.#cookies.delete(key)
      else if (this.#cookies.size < cookiesAtMost || this.#cookies.has(key)) {
        this.#cookies.set(key, cookie)
      }
    }
  }

  /** The `Cookie` line for a path; empty when there is nothing to send. */
  lineFor(path: string): string {
    let line = ''
    const now = this.#now()
    for (const cookie of this.#cookies.values()) {
      if (cookie.endsAt <= now || !isUnder(path, cookie.path)) continue
      line += `${line === '' ? 'Cookie: ' : '; '}${cookie.name}=${cookie.value}`
    }
    return line === '' ? '' : `${line}\r\n`
  }

  #parse(line: string, serverDate: string | undefined): Cookie | null {
    const [pair = '', ...attributes] = line.split(';')
    const equals = pair.indexOf('=')
    const name = pair.slice(0, Math.max(0, equals)).trim()
    const value = pair.slice(equals + 1).trim()
    if (name === '' || line.length > bytesAtMost || !/^[\x21-\x7e ]*$/.test(name + value))
      return null
    let path = '/'
    let lasts_ms = Infinity
    let hasMaxAge = false
    for (const attribute of attributes) {
      const [key = '', given = ''] = attribute.split('=', 2).map((part) => part.trim())
      if (/^path$/i.test(key) && given.startsWith('/')) path = given
      else if (/^max-age$/i.test(key) && /^-?\d+$/.test(given)) {
        hasMaxAge = true
        lasts_ms = Number(given) * 1_000
      } else if (/^expires$/i.test(key) && !hasMaxAge) lasts_ms = untilExpiry(given, serverDate)
    }
    return { name, value, path, endsAt: this.#now() + lasts_ms }
  }
}

/** By the server's own clock, when it says what time it is; without it only a date long past ends a cookie. */
function untilExpiry(expires: string, serverDate: string | undefined): number {
  const ends = Date.parse(expires)
  if (Number.isNaN(ends)) return Infinity
  const now = Date.parse(serverDate ?? '')
  if (Number.isNaN(now)) return ends <= 86_400_000 ? 0 : Infinity
  return ends - now
}

function isUnder(path: string, folder: string): boolean {
  if (!path.startsWith(folder)) return false
  const next = path[folder.length]
  return folder.endsWith('/') || next === undefined || next === '/' || next === '?'
}
