// The way to one store: requests as messages of its RPC service, and what it says about each of them.

import { create } from '@bufbuild/protobuf'
import { Code } from '@connectrpc/connect'
import { badRequest, Problem, unavailable } from '@plimsoll/service'

import { mostAnswerBytes, type CheckedPage, type MessageLines } from '../pull/page.ts'
import {
  Messages,
  NewestRequestSchema,
  NewMessageSchema,
  PageRequestSchema,
  PullManyRequestSchema,
  SendManyRequestSchema,
  type Refusal,
} from '../rpc/generated/messaging.ts'
import type { CheckedMessage } from '../send/send-store.ts'
import { callFailureOf } from './call-failure.ts'
import type { Told } from './call-lane.ts'
import { UnaryCalls } from './unary-calls.ts'

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

const { sendMany, pullMany, newest } = Messages.method
const utf8 = new TextDecoder()

/** Calls of many requests to one store. All reject with `CallFailure`. */
export class StoreClient implements Disposable {
  readonly #calls: UnaryCalls

  constructor(options: StoreClientOptions) {
    this.#calls = new UnaryCalls({ ...options, answerBytes: mostAnswerBytes })
  }

  async send(messages: readonly CheckedMessage[]): Promise<readonly Told<SentAt>[]> {
    const request = create(SendManyRequestSchema, {
      messages: messages.map(({ chat, sender, text, client_id }) =>
        create(NewMessageSchema, { chat, sender, text, clientId: client_id ?? '' }),
      ),
    })
    const { results } = await this.#try(() => this.#calls.call(sendMany, request))
    return results.map(({ sent, refusal }) =>
      sent === undefined
        ? toldOf(refusal)
        : { answer: { send_time: sent.sendTime, seq: sent.seq } },
    )
  }

  async pull(pages: readonly CheckedPage[]): Promise<readonly Told<MessageLines>[]> {
    const request = create(PullManyRequestSchema, {
      pages: pages.map(({ chat, cursor, limit, reverse, after }) =>
        create(PageRequestSchema, {
          chat,
          cursor: BigInt(cursor),
          limit,
          reverse,
          after: BigInt(after),
        }),
      ),
    })
    const { results } = await this.#try(() => this.#calls.call(pullMany, request))
    return results.map(({ lines, refusal }) =>
      refusal === undefined ? { answer: utf8.decode(lines) } : toldOf(refusal),
    )
  }

  /** How far chats have come. */
  async newest(chats: readonly string[]): Promise<readonly bigint[]> {
    const request = create(NewestRequestSchema, { chats: [...chats] })
    const { sendTimes } = await this.#try(() => this.#calls.call(newest, request))
    return sendTimes
  }

  [Symbol.dispose](): void {
    this.#calls[Symbol.dispose]()
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
