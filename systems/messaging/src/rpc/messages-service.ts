// The RPC side of the store: each request of a call goes to its lane by itself, so that those of many calls share a
// statement.

import { create } from '@bufbuild/protobuf'
import { Code, ConnectError, type ConnectRouter } from '@connectrpc/connect'
import type { Coalescer } from '@plimsoll/service'

import { Fault, chatName } from '../chats/chat.ts'
import { messagesIn, pageOf } from '../pull/page.ts'
import { openPulling } from '../pull/pull-store.ts'
import { openSending } from '../send/send-store.ts'
import { openNewest } from '../wait/newest-store.ts'
import { checkedMessage, checkedPage } from './checked.ts'
import {
  Messages,
  PageResultSchema,
  SendResultSchema,
  SentSchema,
  type NewMessage,
  type PageRequest,
} from './generated/messaging.ts'
import { callErrorOf, refusalOf, type RefusalOptions } from './refusals.ts'

/** Most requests in one call, and chats asked about in one. */
export const mostPerCall = 1_000

export interface MessagesServiceOptions extends RefusalOptions {
  readonly coalescer: Coalescer
  /** How long a request may wait for the database, in milliseconds. */
  readonly queueTimeout: number
}

/** Adds the service; it works on the lanes of `coalescer`. */
export function messagesService({ coalescer, queueTimeout, ...refusing }: MessagesServiceOptions) {
  const lanes = {
    send: openSending({ coalescer, again_within: queueTimeout, now: () => performance.now() }),
    pull: openPulling(coalescer),
    newest: openNewest(coalescer),
  }
  const sendOne = async (message: NewMessage, signal: AbortSignal) => {
    const { send_time, seq, repeated } = await lanes.send(checkedMessage(message), signal)
    return create(SentSchema, { sendTime: BigInt(send_time), seq: BigInt(seq), repeated })
  }
  const pullOne = async (request: PageRequest) => {
    const page = checkedPage(request)
    return typedPage(pageOf(messagesIn(await lanes.pull(page)), page))
  }
  const asCall = <T>(answer: Promise<T>) =>
    answer.catch((error: unknown) => {
      throw callErrorOf(error, refusing)
    })
  const sendOfMany = async (message: NewMessage, signal: AbortSignal) => {
    try {
      return create(SendResultSchema, { sent: await sendOne(message, signal) })
    } catch (error) {
      return create(SendResultSchema, { refusal: refusalOf(error, refusing) })
    }
  }
  const pullOfMany = async (request: PageRequest) => {
    try {
      const lines = Buffer.from(await lanes.pull(checkedPage(request)))
      return create(PageResultSchema, { lines })
    } catch (error) {
      return create(PageResultSchema, { refusal: refusalOf(error, refusing) })
    }
  }
  return (router: ConnectRouter) =>
    router.service(Messages, {
      send: (message, { signal }) => asCall(sendOne(message, signal)),
      pull: (request) => asCall(pullOne(request)),
      async sendMany({ messages }, { signal }) {
        requireCaller(signal)
        requireFew('messages', messages)
        return { results: await Promise.all(messages.map((each) => sendOfMany(each, signal))) }
      },
      async pullMany({ pages }, { signal }) {
        requireCaller(signal)
        requireFew('pages', pages)
        return { results: await Promise.all(pages.map(pullOfMany)) }
      },
      newest({ chats }) {
        requireFew('chats', chats)
        return asCall(newestOf(chats, lanes.newest))
      },
    })
}

async function newestOf(
  chats: readonly string[],
  ask: (chats: readonly string[]) => Promise<readonly string[]>,
) {
  if (chats.length === 0) throw new Fault('chats', 'must not be empty')
  return { sendTimes: (await ask(chats.map(chatName))).map(BigInt) }
}

function typedPage({ messages, has_more, next_cursor }: ReturnType<typeof pageOf>) {
  return {
    messages: messages.map((json) => {
      const { send_time, seq, ...rest } = JSON.parse(json) as Message
      return { ...rest, sendTime: BigInt(send_time), seq: BigInt(seq) }
    }),
    hasMore: has_more,
    nextCursor: BigInt(next_cursor),
  }
}

interface Message {
  readonly chat: string
  readonly text: string
  readonly sender: string
  readonly send_time: number
  readonly seq: number
}

/** A store that was held up finds calls that were given up meanwhile, and sent to another one. */
function requireCaller(signal: AbortSignal): void {
  if (signal.aborted) throw new ConnectError('the caller has left', Code.Canceled)
}

function requireFew(field: string, list: readonly unknown[]): void {
  if (list.length <= mostPerCall) return
  throw new ConnectError(`${field} must be at most ${mostPerCall}`, Code.InvalidArgument)
}
