// The way to one store: Connect over one HTTP/2 connection that is made again when it is lost.

import { create } from '@bufbuild/protobuf'
import { Code, createClient, type Client } from '@connectrpc/connect'
import { createConnectTransport, Http2SessionManager } from '@connectrpc/connect-node'
import { badRequest, Problem, unavailable } from '@plimsoll/service'

import { mostAnswerBytes, type CheckedPage, type MessageLines } from '../pull/page.ts'
import {
  Messages,
  NewMessageSchema,
  PageRequestSchema,
  type Refusal,
} from '../rpc/generated/messaging.ts'
import type { CheckedMessage } from '../send/send-store.ts'
import { callFailureOf } from './call-failure.ts'
import type { Told } from './call-lane.ts'

/** Where a message was stored. */
export interface SentAt {
  readonly send_time: bigint
  readonly seq: bigint
}

export interface StoreClientOptions {
  readonly url: string
  /** How long one call may take, in milliseconds. */
  readonly timeout: number
}

const windowBytes = 8_388_608
const utf8 = new TextDecoder()

/** Calls of many requests to one store. All reject with `CallFailure`. */
export class StoreClient implements Disposable {
  readonly #sessions: Http2SessionManager
  readonly #client: Client<typeof Messages>
  readonly #timeout: number

  constructor({ url, timeout }: StoreClientOptions) {
    this.#timeout = timeout
    this.#sessions = new Http2SessionManager(
      url,
      { pingIntervalMs: 2_000, pingTimeoutMs: timeout, pingIdleConnection: false },
      { settings: { initialWindowSize: windowBytes }, maxSessionMemory: 64 },
    )
    this.#client = createClient(
      Messages,
      createConnectTransport({
        baseUrl: url,
        httpVersion: '2',
        sessionManager: this.#sessions,
        acceptCompression: [],
        readMaxBytes: mostAnswerBytes,
      }),
    )
  }

  async send(messages: readonly CheckedMessage[]): Promise<readonly Told<SentAt>[]> {
    const request = {
      messages: messages.map(({ chat, sender, text, client_id }) =>
        create(NewMessageSchema, { chat, sender, text, clientId: client_id ?? '' }),
      ),
    }
    const { results } = await this.#try(() =>
      this.#client.sendMany(request, { timeoutMs: this.#timeout }),
    )
    return results.map(({ sent, refusal }) =>
      sent === undefined
        ? toldOf(refusal)
        : { answer: { send_time: sent.sendTime, seq: sent.seq } },
    )
  }

  async pull(pages: readonly CheckedPage[]): Promise<readonly Told<MessageLines>[]> {
    const request = {
      pages: pages.map(({ chat, cursor, limit, reverse, after }) =>
        create(PageRequestSchema, {
          chat,
          cursor: BigInt(cursor),
          limit,
          reverse,
          after: BigInt(after),
        }),
      ),
    }
    const { results } = await this.#try(() =>
      this.#client.pullMany(request, { timeoutMs: this.#timeout }),
    )
    return results.map(({ lines, refusal }) =>
      refusal === undefined ? { answer: utf8.decode(lines) } : toldOf(refusal),
    )
  }

  /** How far chats have come. */
  async newest(chats: readonly string[]): Promise<readonly bigint[]> {
    const { sendTimes } = await this.#try(() =>
      this.#client.newest({ chats: [...chats] }, { timeoutMs: this.#timeout }),
    )
    return sendTimes
  }

  [Symbol.dispose](): void {
    this.#sessions.abort()
  }

  async #try<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      throw callFailureOf(error)
    }
  }
}

/** A refusal as the edge tells it. */
function toldOf(refusal: Refusal | undefined): Told<never> {
  const { code = 0, field = '', problem = '' } = refusal ?? {}
  switch (code as Code) {
    case Code.InvalidArgument:
      return { problem: badRequest(`${field}: ${problem}.`, { field }) }
    case Code.ResourceExhausted:
      return { problem: unavailable(problem) }
    case Code.Unavailable:
      return { elsewhere: problem }
    case Code.Internal:
      return {
        problem: new Problem({
          status: 500,
          title: 'Internal error',
          detail: 'Something failed in a store. Its log says what.',
        }),
      }
    default:
      return { unknown: problem }
  }
}
