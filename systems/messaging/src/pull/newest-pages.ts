// The newest pages of chats that were read of late, kept by the edge. Nothing that was sent is ever changed, and the
// messages of a chat become visible in the order of their times: what is kept stays right, and only what came after it
// is asked for. Every read asks: nobody is shown less than is stored.

import { LRUCache } from 'lru-cache'

import type { Caller } from '../calls/call-lane.ts'
import {
  linesOf,
  messagesIn,
  pageJson,
  pageKey,
  pageOf,
  sendTimeOf,
  type CheckedPage,
  type MessageJson,
  type MessageLines,
} from './page.ts'

/** A page as the JSON of the HTTP contract, and how many messages are in it. */
export interface ReadyPage {
  readonly json: string
  readonly messages: number
}

/** A page with what it was made of. */
interface KeptPage {
  /** One message more than are on it, if there are so many; a text of its own, that keeps no larger one alive. */
  readonly lines: MessageLines
  readonly newest_send_time: number
  readonly ready: ReadyPage
}

const mostBytes = 67_108_864
/** A larger page is not kept, and so none of which a store has left something out. */
const mostBytesOfOne = 131_072
/** Messages that are asked for after a kept page: few, so that many such requests share a call and a statement. */
const mostLater = 4

/** Asks a store. */
type Ask = (page: CheckedPage, caller: Caller) => Promise<MessageLines>

/** Makes pages of what the stores say, and of what they said before. */
export class NewestPages {
  readonly #ask: Ask
  readonly #kept = new LRUCache<string, KeptPage>({
    maxSize: mostBytes,
    maxEntrySize: mostBytesOfOne,
    // At most two bytes a letter, and what holds them.
    sizeCalculation: ({ lines, ready }) => 2 * (lines.length + ready.json.length) + 500,
  })
  #unchanged = 0

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** Pages that are kept. */
  get kept(): number {
    return this.#kept.size
  }

  /** Pages to which nothing had been added, since the start. */
  get unchanged(): number {
    return this.#unchanged
  }

  /** Resolves to the page, asked for twice if need be but for one caller. Rejects as `ask` does. */
  async pull(page: CheckedPage, caller: Caller): Promise<ReadyPage> {
    const ask = async (wanted: CheckedPage) => messagesIn(await this.#ask(wanted, caller))
    if (!isNewest(page)) return readyPage(await ask(page), page)
    const kept = this.#kept.get(pageKey(page))
    if (kept === undefined) return this.#keep(page, await ask(page))
    const limit = Math.min(page.limit, mostLater)
    const later = await ask({ ...page, limit, after: kept.newest_send_time })
    if (later.length === 0) {
      this.#unchanged++
      return kept.ready
    }
    // Between more than that and the kept ones others may lie.
    if (later.length > limit) return this.#keep(page, await ask(page))
    return this.#keep(page, [...later, ...messagesIn(kept.lines)].slice(0, page.limit + 1))
  }

  #keep(page: CheckedPage, messages: readonly MessageJson[]): ReadyPage {
    const ready = readyPage(messages, page)
    const [newest] = messages
    if (newest !== undefined) {
      const newest_send_time = sendTimeOf(newest)
      this.#kept.set(pageKey(page), { lines: linesOf(messages), newest_send_time, ready })
    }
    return ready
  }
}

function readyPage(messages: readonly MessageJson[], page: CheckedPage): ReadyPage {
  const found = pageOf(messages, page)
  return { json: pageJson(found), messages: found.messages.length }
}

function isNewest({ reverse, cursor }: CheckedPage): boolean {
  return reverse && cursor === 0
}
