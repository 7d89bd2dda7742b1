// One answer for everything that changed for a user after a cursor: their feed and the queue.

import type { Identity } from '../auth/guard.ts'
import { cursorOf, type Place } from './cursor.ts'
import type { Feed, FeedPage } from './feed-store.ts'
import type { QueueView } from './queue-view.ts'
import type { Versions } from './versions.ts'

export interface UpdatesOptions {
  readonly versions: Versions
  readonly feed: Feed
  readonly queue: QueueView
}

/** An answer of the combined poll. */
export interface Update {
  readonly place: Place
  readonly more: boolean
  readonly json: string
}

/** Entries of the feed in one answer; `more` says that the next poll need not wait. */
const entriesAtOnce = 100

/**
 * What a user polls. `isQuiet` is true when nothing can have changed after a place, without asking anybody;
 * false says nothing.
 */
export class Updates {
  readonly #options: UpdatesOptions

  constructor(options: UpdatesOptions) {
    this.#options = options
  }

  isQuiet({ id, isExpert }: Identity, place: Place): boolean {
    const { versions, queue } = this.#options
    const user = versions.known(id)
    if (user === undefined || user.version > place.user) return false
    if (!isExpert) return true
    return queue.isQuiet(place.queue)
  }

  /** Whether what was told of the queue may be told again, because a transaction had not ended. */
  isUnsettled({ isExpert }: Identity, place: Place): boolean {
    return isExpert && this.#options.queue.hasChanges(place.queue)
  }

  /** Everything after a place; without one the newest and the whole page of the queue. */
  async after(identity: Identity, place: Place | undefined): Promise<Update> {
    const { queue } = this.#options
    const asked = place?.queue ?? 0
    const [page, from] = await Promise.all([
      this.#pageAfter(identity.id, place),
      identity.isExpert ? queue.reach(asked) : asked,
    ])
    const isChanged = identity.isExpert && queue.hasChanges(from)
    const next = {
      user: page?.version ?? place?.user ?? 0,
      queue: isChanged ? Math.max(queue.transaction, from) : from,
    }
    const more = page?.more === true
    const lists = page ?? { conversations: [], messages: [], removed: [] }
    const head = `{"cursor":"${cursorOf(next)}","more":${more}`
    const body =
      `,"conversations":${JSON.stringify(lists.conversations)}` +
      `,"messages":${JSON.stringify(lists.messages)},"removed":${JSON.stringify(lists.removed)}`
    const tail = `,"queue":${isChanged ? queueJson(queue, place === undefined ? undefined : from) : 'null'}}`
    return { place: next, more, json: head + body + tail }
  }

  /** Undefined when nothing in the feed is after the place. */
  async #pageAfter(user_id: string, place: Place | undefined): Promise<FeedPage | undefined> {
    const { versions, feed } = this.#options
    if (place === undefined) {
      return await feed.newest({ user_id, after: 0, count: entriesAtOnce, wants: 'all' })
    }
    const { version } = await versions.current(user_id)
    if (version <= place.user) return undefined
    return await feed.after({ user_id, after: place.user, count: entriesAtOnce, wants: 'all' })
  }
}

/** The answer of a poll when nothing changed. */
export function quietJson(place: Place): string {
  return `{"cursor":"${cursorOf(place)}","more":false,"conversations":[],"messages":[],"removed":[],"queue":null}`
}

function queueJson(queue: QueueView, after: number | undefined): string {
  const { waiting, removed, complete } =
    after === undefined
      ? { waiting: queue.oldest, removed: [], complete: true }
      : queue.changesFrom({ transaction: after })
  return (
    `{"waitingConversations":[${waiting.join(',')}],"removed":${JSON.stringify(removed)}` +
    `,"total":${queue.total},"complete":${complete}}`
  )
}
