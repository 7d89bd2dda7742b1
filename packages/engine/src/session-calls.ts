// Remote calls of one session: gRPC over HTTP/2, by Connect.

import type {
  DescMessage,
  DescMethodUnary,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf'
import type { Transport } from '@connectrpc/connect'
import type { LedgerEntry, Rpc, RpcAnswer, RpcOptions } from '@plimsoll/workload'
import type { CallTransport } from './call-transport.ts'
import type { MeasuredAction } from './measured-action.ts'
import { callEnd, givenUp, type CallEnd } from './call-end.ts'

/** What a session lends to its calls. */
export interface CallGround {
  readonly transport: CallTransport
  /** Null when the run has ended. */
  begin(
    name: string,
    options: { readonly timeout?: number | undefined; readonly ledger?: LedgerEntry | undefined },
    giveUp: (action: MeasuredAction, reason: string) => void,
  ): MeasuredAction | null
  /** Headers that every request of the session carries. */
  standing(): Readonly<Record<string, string>>
  now(): number
}

export class SessionCalls implements Rpc {
  readonly #ground: CallGround
  readonly #isOwn: boolean
  #own: Transport | undefined

  constructor(ground: CallGround, { isOwn }: { isOwn: boolean }) {
    this.#ground = ground
    this.#isOwn = isOwn
  }

  async call<In extends DescMessage, Out extends DescMessage>(
    method: DescMethodUnary<In, Out>,
    request: MessageInitShape<In>,
    options: RpcOptions = {},
  ): Promise<RpcAnswer<MessageShape<Out>>> {
    // Loading is lateness of ours, no service time of the server's.
    const { toJsonString } = await this.#ground.transport.ready()
    return new Promise((resolve, reject) => {
      const name = `RPC ${method.parent.typeName}/${method.name}`
      const over = new AbortController()
      const action = this.#ground.begin(name, options, (given, reason) => {
        end(given, givenUp(reason, method.idempotency))
        over.abort()
      })
      const end = (
        ended: MeasuredAction,
        { status, reason, outcome }: CallEnd,
        message?: MessageShape<Out>,
      ) => {
        const isKept = message !== undefined && options.ledger !== undefined
        const body = isKept ? Buffer.from(toJsonString(method.output, message)) : null
        ended.end(outcome, reason, { status: status === 'ok' ? 200 : 0, body })
        resolve({ outcome: ended.outcome, code: status, message })
      }
      if (action === null) return
      this.#send(method, request, { options, action, signal: over.signal }).then(
        (message) => end(action, { status: 'ok', reason: '', outcome: 'ok' }, message),
        (thrown: unknown) => {
          const failed = callEnd(thrown, method.idempotency)
          if (failed !== null) return end(action, failed)
          // What cannot be encoded is the persona's mistake.
          action.end('failed', 'its request cannot be encoded')
          reject(thrown)
        },
      )
    })
  }

  /** The session is over. */
  close(): void {
    if (this.#own !== undefined) this.#ground.transport.drop(this.#own)
  }

  async #send<In extends DescMessage, Out extends DescMessage>(
    method: DescMethodUnary<In, Out>,
    request: MessageInitShape<In>,
    {
      options,
      action,
      signal,
    }: { options: RpcOptions; action: MeasuredAction; signal: AbortSignal },
  ): Promise<MessageShape<Out>> {
    const { transport } = this.#ground
    const way = this.#isOwn ? (this.#own ??= await transport.open()) : await transport.common()
    const headers = { ...this.#ground.standing(), ...options.headers }
    const left = Math.max(1, Math.ceil(action.deadline - this.#ground.now()))
    return (await way.unary(method, signal, left, headers, request)).message
  }
}
