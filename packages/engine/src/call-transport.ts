// The HTTP/2 connections that remote calls of one target travel on: one that sessions share, and one each for those
// that ask for their own. Connect is loaded at the first call, so that other workloads do not wait for it.

import type * as Protobuf from '@bufbuild/protobuf'
import type { Transport } from '@connectrpc/connect'
import { originOf, type Target } from './target.ts'
import type { Travel } from './travel.ts'

const answerBytesAtMost = 16 * 1_048_576

interface Closable {
  abort(): void
}

export class CallTransport {
  readonly #target: Target
  readonly #travel: Travel
  readonly #open = new Map<Transport, Closable>()
  #common: Promise<Transport> | undefined
  #loaded: Promise<[typeof Protobuf, unknown]> | undefined

  constructor(target: Target, travel: Travel) {
    this.#target = target
    this.#travel = travel
  }

  /** Loads Connect, at first use; what encodes messages. */
  async ready(): Promise<typeof Protobuf> {
    this.#loaded ??= Promise.all([import('@bufbuild/protobuf'), import('@connectrpc/connect-node')])
    const [protobuf] = await this.#loaded
    return protobuf
  }

  /** The one that all share. */
  common(): Promise<Transport> {
    return (this.#common ??= this.open())
  }

  /** One more. */
  async open(): Promise<Transport> {
    const { createGrpcTransport, Http2SessionManager } = await import('@connectrpc/connect-node')
    const origin = originOf(this.#target)
    const manager = new Http2SessionManager(origin, {}, { ...this.#travel.pem })
    const transport = createGrpcTransport({
      baseUrl: origin + this.#target.prefix,
      sessionManager: manager,
      readMaxBytes: answerBytesAtMost,
    })
    this.#open.set(transport, manager)
    return transport
  }

  drop(transport: Transport): void {
    this.#open.get(transport)?.abort()
    this.#open.delete(transport)
  }

  close(): void {
    for (const transport of this.#open.keys()) this.drop(transport)
  }
}
