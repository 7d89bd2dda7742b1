// What a page of a chat is: where it begins, how it goes on, and its JSON text.

import { textBytes } from '../chats/chat.ts'

/** A page whose fields were checked. */
export interface CheckedPage {
  readonly chat: string
  /** Inclusive, in microseconds since 1970; 0: at the oldest, or in reverse at the newest. */
  readonly cursor: number
  readonly limit: number
  readonly reverse: boolean
  /** Only messages later than this; 0: all. */
  readonly after: number
}

/** A stored message as the JSON text of the HTTP contract, which PostgreSQL writes: `…,"send_time":1,"seq":1}`. */
export type MessageJson = string

/** Such texts, one per line, as many as `linesFitting` leaves. */
export type MessageLines = string

/** JSON has no line breaks but those that it escapes. */
const betweenLines = '\n'

/** Messages of a page, and where the next one begins. */
export interface FoundPage {
  readonly messages: readonly MessageJson[]
  readonly has_more: boolean
  readonly next_cursor: number
}

/** UTF-8 takes at most so many bytes for one unit of UTF-16. */
const mostBytesPerUnit = 3

export const limitByDefault = 10
export const mostPerPage = 100
/** Most bytes of messages on a page, as JSON; a page has its first message whatever its size. */
export const mostTextPerPage = 1_000_000
/**
 * Most bytes of texts, by what pages may hold, that are asked for at once. As JSON, where a byte may become six, it
 * is below `mostAnswerBytes`.
 */
export const mostTextAtOnce = 8_388_608
/** Most bytes of the answer to one call. */
export const mostAnswerBytes = 67_108_864

/** No message is later than this: the largest cursor that a request may name. */
export const lastCursor = Number.MAX_SAFE_INTEGER

/**
 * Makes a page of one message more than was asked for. The next cursor is the first message that does not fit any
 * more, by number or by size; where there is none, forwards what comes after the last, backwards what comes before
 * the oldest. It is never 0: that would begin again.
 */
export function pageOf(
  found: readonly MessageJson[],
  { cursor, limit, reverse }: CheckedPage,
): FoundPage {
  const fitting = fittingOf(found, limit)
  const over = found[fitting]
  if (over !== undefined) {
    return {
      messages: found.slice(0, fitting),
      has_more: true,
      next_cursor: sendTimeOf(over),
    }
  }
  const last = found.at(-1)
  const step = reverse ? -1 : 1
  const next = last === undefined ? cursor : sendTimeOf(last) + step
  return { messages: found, has_more: false, next_cursor: Math.max(1, next) }
}

/** What a page of these lines needs of them: those that fit, and one more to say where the next page begins. */
export function linesFitting(lines: MessageLines, limit: number): MessageLines {
  // Nearly every page: no message needs to be measured.
  if (mostBytesPerUnit * lines.length <= mostTextPerPage) return lines
  const messages = messagesIn(lines)
  return linesOf(messages.slice(0, fittingOf(messages, limit) + 1))
}

export function linesOf(messages: readonly MessageJson[]): MessageLines {
  return messages.join(betweenLines)
}

export function messagesIn(lines: MessageLines): MessageJson[] {
  return lines === '' ? [] : lines.split(betweenLines)
}

/** How many of the first messages fit on a page: at least one of any. */
function fittingOf(found: readonly MessageJson[], limit: number): number {
  const fitting = Math.min(found.length, limit)
  let most = 0
  for (let i = 0; i < fitting; i++) most += mostBytesPerUnit * (found[i]?.length ?? 0)
  // Nearly every page: no message needs to be measured.
  if (most <= mostTextPerPage) return fitting
  let bytes = 0
  for (let i = 0; i < fitting; i++) {
    bytes += Buffer.byteLength(found[i] ?? '')
    if (i > 0 && bytes > mostTextPerPage) return i
  }
  return fitting
}

const beforeSendTime = ',"send_time":'

/** Nothing that people wrote comes after the time. */
export function sendTimeOf(message: MessageJson): number {
  const from = message.lastIndexOf(beforeSendTime) + beforeSendTime.length
  return Number(message.slice(from, message.indexOf(',', from)))
}

/** About how many bytes of text a store may say of the page: one message more than it holds. */
export function pageBytes({ limit }: CheckedPage): number {
  return 64 + Math.min(mostTextPerPage, (limit + 1) * textBytes)
}

/** The answer of the HTTP contract. */
export function pageJson({ messages, has_more, next_cursor }: FoundPage): string {
  return `{"messages":[${messages.join(',')}],"has_more":${has_more},"next_cursor":${next_cursor}}`
}

/** Requests with one key ask for the same page. */
export function pageKey({ chat, cursor, limit, reverse, after }: CheckedPage): string {
  return `${chat} ${cursor} ${limit} ${reverse} ${after}`
}

/** Each page once, by its key, in the order in which they were first asked for. */
export function distinctPages(given: readonly CheckedPage[]): Map<string, CheckedPage> {
  return new Map(given.map((page) => [pageKey(page), page]))
}

/** Asks for each page once and hands it to all that wanted it. */
export async function pullDistinct<Answer>(
  given: readonly CheckedPage[],
  pull: (pages: readonly CheckedPage[]) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
  const wanted = distinctPages(given)
  const answers = await pull([...wanted.values()])
  if (wanted.size === given.length) return answers
  const places = new Map([...wanted.keys()].map((key, i) => [key, i]))
  return given.map((page) => answers[places.get(pageKey(page)) ?? -1] as Answer)
}
