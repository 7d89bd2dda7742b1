// Calls with one request and one answer in the Connect protocol, over one HTTP/2 connection that is made again when it
// is lost. The library carries them through async generators that V8 keeps as old, and what they carried with them
// (decision 0019); its sessions, its messages and its errors are used as they are.

import { constants, type ClientHttp2Stream } from 'node:http2'
import {
  fromBinary,
  toBinary,
  type DescMessage,
  type DescMethodUnary,
  type MessageShape,
} from '@bufbuild/protobuf'
import { Code, ConnectError } from '@connectrpc/connect'
import { codeFromHttpStatus, errorFromJsonBytes } from '@connectrpc/connect/protocol-connect'
import { Http2SessionManager } from '@connectrpc/connect-node'

import { forgetListeners } from '../rpc/forget-listeners.ts'

export interface UnaryCallsOptions {
  readonly url: string
  /** How long one call may take, connecting included, in milliseconds. */
  readonly timeout: number
  /** The longest answer. */
  readonly answerBytes: number
}

/** A status that no answer has. */
const none = 0
const proto = 'application/proto'
const windowBytes = 8_388_608

export class UnaryCalls implements Disposable {
  readonly #options: UnaryCallsOptions
  readonly #sessions: Http2SessionManager
  readonly #headers: Readonly<Record<string, string>>

  constructor(options: UnaryCallsOptions) {
    const { url, timeout } = options
    this.#options = options
    this.#sessions = new Http2SessionManager(
      url,
      { pingIntervalMs: 2_000, pingTimeoutMs: timeout, pingIdleConnection: false },
      { settings: { initialWindowSize: windowBytes }, maxSessionMemory: 64 },
    )
    this.#headers = {
      'content-type': proto,
      'connect-protocol-version': '1',
      'connect-timeout-ms': String(timeout),
    }
  }

  /** Rejects with a `ConnectError` of the server or of the deadline, or with what became of the connection. */
  async call<Input extends DescMessage, Output extends DescMessage>(
    method: DescMethodUnary<Input, Output>,
    request: MessageShape<Input>,
  ): Promise<MessageShape<Output>> {
    const path = `/${method.parent.typeName}/${method.name}`
    const { status, type, body } = await this.#exchange(path, toBinary(method.input, request))
    if (status === 200 && type === proto) return fromBinary(method.output, body)
    const found = new ConnectError(
      `HTTP status ${status}, ${type ?? 'no type'}`,
      codeFromHttpStatus(status),
    )
    throw errorFromJsonBytes(body, undefined, found)
  }

  [Symbol.dispose](): void {
    this.#sessions.abort()
  }

  #exchange(path: string, bytes: Uint8Array): Promise<HttpAnswer> {
    const { timeout, answerBytes } = this.#options
    return new Promise((resolve, reject) => {
      let stream: ClientHttp2Stream | undefined
      let isOver = false
      const fail = (error: unknown) => {
        isOver = true
        clearTimeout(late)
        reject(error)
        if (stream === undefined || stream.destroyed) return
        stream.close(constants.NGHTTP2_CANCEL)
        // Closed alone, it would keep what nobody reads any more.
        stream.destroy()
      }
      const late = setTimeout(() => {
        fail(new ConnectError('no answer in time', Code.DeadlineExceeded))
      }, timeout)
      const carry = (opened: ClientHttp2Stream) => {
        stream = opened
        // Listened to even if nobody waits any more: closing it may be an error.
        stream.on('error', fail)
        if (isOver) {
          fail(undefined)
          return
        }
        this.#receive(stream, { answerBytes, fail }, (answer) => {
          isOver = true
          clearTimeout(late)
          resolve(answer)
        })
        stream.end(bytes)
      }
      this.#sessions.request('POST', path, this.#headers, {}).then(carry, fail)
    })
  }

  #receive(
    stream: ClientHttp2Stream,
    { answerBytes, fail }: { answerBytes: number; fail: (error: unknown) => void },
    done: (answer: HttpAnswer) => void,
  ): void {
    const chunks: Buffer[] = []
    let [status, length]: [number, number] = [none, 0]
    let type: string | undefined
    stream.on('response', (headers) => {
      status = headers[':status'] ?? none
      type = headers['content-type']
    })
    stream.on('data', (chunk: Buffer) => {
      this.#sessions.notifyResponseByteRead(stream)
      chunks.push(chunk)
      length += chunk.length
      if (length > answerBytes) {
        fail(
          new ConnectError(`an answer of more than ${answerBytes} bytes`, Code.ResourceExhausted),
        )
      }
    })
    stream.on('close', () => {
      forgetListeners(stream)
      // A stream that is cut off ends too, but not whole.
      const isWhole = status !== none && stream.rstCode === constants.NGHTTP2_NO_ERROR
      if (isWhole) done({ status, type, body: Buffer.concat(chunks, length) })
      else fail(new Error(`the call was cut off: ${stream.rstCode}`))
    })
  }
}

interface HttpAnswer {
  readonly status: number
  readonly type: string | undefined
  readonly body: Uint8Array
}
