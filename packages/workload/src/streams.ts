// What a persona does beside HTTP requests: streams that it opens and awaits messages on, and remote calls.

import type {
  DescMethodUnary,
  DescMessage,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf'
import type { ActionOptions, Answer, LedgerEntry } from './persona.ts'
import type { Milliseconds } from './units.ts'

export type StreamOptions = Pick<ActionOptions, 'params' | 'query' | 'headers' | 'timeout'>

/** Opens streams, each on a connection of its own. To open one is an action: `WS /chat`, `SSE /news`. */
export interface Streams {
  webSocket(path: string, options?: StreamOptions): Promise<WebSocketStream>
  /** Server-sent events. A stream that ends is not opened again: that is the persona's to do. */
  events(path: string, options?: StreamOptions): Promise<Stream>
}

/** An open stream; one that could not be opened has another outcome than ok, and gives no messages. */
export interface Stream {
  readonly outcome: Answer['outcome']
  /**
   * Waits for the next message that nobody has taken. It is an action, `WS /chat message`, whose service time is the
   * time to the message. It always resolves: look at `outcome`, or just go on.
   */
  message(options?: MessageOptions): Promise<StreamMessage>
  /** Also done when the session ends. */
  close(): void
}

export interface WebSocketStream extends Stream {
  /** Without waiting. Lost when the stream is not open: the next `message` tells. */
  send(message: string | Uint8Array): void
}

export interface MessageOptions {
  /** Names the action in place of `message`. */
  readonly name?: string
  /** Messages for which it is false are passed over. */
  readonly where?: (message: StreamMessage) => boolean
  /** Default 10 s, from when the action was due. */
  readonly timeout?: Milliseconds
}

export interface StreamMessage {
  readonly outcome: Answer['outcome']
  /** The event's name, `message` unless the server names it; of a WebSocket `text` or `bytes`. */
  readonly type: string
  text(): string
  /** A message that is not JSON ends the session, counted as cut short. */
  json<T = unknown>(): T
  bytes(): Uint8Array
}

/** Calls of gRPC services over HTTP/2, one request and one answer each. */
export interface Rpc {
  /** `method` is of a generated service, e.g. `Messages.method.send`. The action is `RPC package.Service/Method`. */
  call<In extends DescMessage, Out extends DescMessage>(
    method: DescMethodUnary<In, Out>,
    request: MessageInitShape<In>,
    options?: RpcOptions,
  ): Promise<RpcAnswer<MessageShape<Out>>>
}

export interface RpcOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly ledger?: LedgerEntry
  /** Default 10 s, from when the action was due; the server is told. */
  readonly timeout?: Milliseconds
}

export interface RpcAnswer<Message> {
  readonly outcome: Answer['outcome']
  /** As gRPC names it, e.g. `unavailable`; `ok` when there is a message. */
  readonly code: string
  /** Undefined unless the code is `ok`. */
  readonly message: Message | undefined
}
