// Who uses the site, and requests in their name. The token is kept in the browser, so another tab or a reload finds
// it; the policy of the page lets no foreign script read it.
//
//   none → open → ended → open
//     ↑      └──────┴─ leave → none
//
// A token ends after half an hour. Whoever then does something is asked for the password again, and what they did is
// sent again after it: a refused request was not done.

import { Refusal } from '../api/refusal.ts'
import { openStream, request, requestPage, type RequestOptions } from '../api/request.ts'
import type { Credentials, User } from '../api/contract.ts'
import { OwnWrites } from './own-writes.ts'
import type { TextStorage } from './text-storage.ts'
import { keptFrom, sessionOf, type KeptSession } from './token.ts'

/** What the page shows of a session. A new object whenever something changed. */
export interface SessionView {
  /** Empty when nobody is logged in. */
  readonly user_name: string
  readonly state: 'none' | 'open' | 'ended'
  /** The password is being asked for, because the session has ended. */
  readonly isAsking: boolean
}

type CallOptions = Omit<RequestOptions, 'token' | 'writes'>

const key = 'tagtogether.session'
/** The longest that a timer of a browser can wait. */
const longestTimer_ms = 2 ** 31 - 1

export class Session {
  readonly #storage: TextStorage
  readonly #writes: OwnWrites
  readonly #now: () => number
  readonly #listeners = new Set<() => void>()
  #kept: KeptSession | undefined
  #view: SessionView = { user_name: '', state: 'none', isAsking: false }
  #asking: PromiseWithResolvers<boolean> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor({ storage, now }: { storage: TextStorage; now: () => number }) {
    this.#storage = storage
    this.#writes = new OwnWrites(storage)
    this.#now = now
    this.#take(keptFrom(storage.getItem(key)))
  }

  readonly view = (): SessionView => this.#view

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes over what another tab did: logged in, or out. */
  readonly followOtherTabs = (): (() => void) => {
    const follow = (event: StorageEvent) => {
      if (event.key === key) this.#take(keptFrom(event.newValue))
    }
    addEventListener('storage', follow)
    return () => removeEventListener('storage', follow)
  }

  async logIn(credentials: Credentials): Promise<void> {
    const { access_token } = await request<{ access_token: string }>('/api/auth/login', {
      method: 'POST',
      json: credentials,
    })
    // The name as it is kept, which may be written otherwise than it was typed.
    const me = await request<User>('/api/user/me', { token: access_token })
    this.#keep(sessionOf(me.user_name, access_token, this.#now()))
    this.#answer(true)
  }

  leave(): void {
    this.#storage.removeItem(key)
    this.#writes.forget()
    this.#take(undefined)
    this.#answer(false)
  }

  /** Asks for the password of a session that has ended: whether it is open again. */
  async renew(): Promise<boolean> {
    this.#asking ??= Promise.withResolvers<boolean>()
    this.#show({ isAsking: true })
    return await this.#asking.promise
  }

  readonly stopAsking = (): void => {
    this.#answer(false)
  }

  /** A request in the user's name, whose password is asked for when the session has ended. */
  async act<T>(path: string, options: CallOptions = {}): Promise<T> {
    return await this.#inName((token) => this.#request<T>(path, options, token))
  }

  /** A request in the user's name that nobody has asked for: when the session has ended it is refused. */
  async look<T>(path: string, options: CallOptions = {}): Promise<T> {
    const token = this.token()
    if (token === undefined) throw ended()
    try {
      return await this.#request<T>(path, options, token)
    } catch (error) {
      if (isEnd(error)) this.#end(token)
      throw error
    }
  }

  /** A request that anyone may make; it is made in the user's name as long as there is one. */
  async read<T>(path: string, options: CallOptions = {}): Promise<T> {
    return (await this.readPage<T>(path, options)).body
  }

  /** The same, with the path of the next page. */
  async readPage<T>(path: string, options: CallOptions = {}) {
    const token = this.token()
    try {
      return await requestPage<T>(path, { ...options, token, writes: this.#writes })
    } catch (error) {
      if (token === undefined || !isEnd(error)) throw error
      this.#end(token)
      return await requestPage<T>(path, options)
    }
  }

  /** Opens a stream, in the user's name as long as there is one. The answer may refuse; it is not awaited long. */
  async openStream(path: string, signal: AbortSignal): Promise<Response> {
    const token = this.token()
    const answer = await openStream(path, { token, signal })
    if (answer.status === 401 && token !== undefined) this.#end(token)
    return answer
  }

  /** The token while it is good. */
  token(): string | undefined {
    return this.#view.state === 'open' ? this.#kept?.token : undefined
  }

  async #inName<T>(send: (token: string) => Promise<T>): Promise<T> {
    const token = this.token()
    try {
      if (token !== undefined) return await send(token)
    } catch (error) {
      if (!isEnd(error)) throw error
      this.#end(token)
    }
    const isOpen = this.#kept !== undefined && (this.token() !== undefined || (await this.renew()))
    const renewed = this.token()
    if (!isOpen || renewed === undefined) throw ended()
    return await send(renewed)
  }

  #request<T>(path: string, options: CallOptions, token: string): Promise<T> {
    return request<T>(path, { ...options, token, writes: this.#writes })
  }

  #keep(kept: KeptSession): void {
    this.#writes.forget()
    this.#storage.setItem(key, JSON.stringify(kept))
    this.#take(kept)
  }

  #take(kept: KeptSession | undefined): void {
    clearTimeout(this.#timer)
    this.#kept = kept
    const left = (kept?.ends_at ?? Infinity) - this.#now()
    const state = kept === undefined ? 'none' : left > 0 ? 'open' : 'ended'
    if (kept !== undefined && left > 0 && left < longestTimer_ms)
      this.#timer = setTimeout(() => this.#end(kept.token), left)
    this.#show({ user_name: kept?.user_name ?? '', state })
  }

  /** Ends the session of that token; another one may have begun meanwhile. */
  #end(token: string | undefined): void {
    if (this.#kept !== undefined && this.#kept.token === token) this.#show({ state: 'ended' })
  }

  #answer(isOpen: boolean): void {
    this.#asking?.resolve(isOpen)
    this.#asking = undefined
    this.#show({ isAsking: false })
  }

  #show(change: Partial<SessionView>): void {
    this.#view = { ...this.#view, ...change }
    for (const listener of this.#listeners) listener()
  }
}

function ended(): Refusal {
  return new Refusal(401, 'Your session has ended. Log in again to go on.')
}

function isEnd(error: unknown): boolean {
  return error instanceof Refusal && error.status === 401
}
