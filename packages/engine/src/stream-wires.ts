// What carries streams to one target: undici's WebSocket, and its answers that do not end. It is loaded when the
// first stream is opened, so that workloads without streams do not wait for it.

import type * as Undici from 'undici'
import { lossReason } from './loss-reasons.ts'
import type { RequestText } from './request-text.ts'
import { originOf, type Target } from './target.ts'
import type { Travel } from './travel.ts'
import type { Wire } from './message-stream.ts'

export interface WebSocketEvents {
  readonly open: () => void
  readonly message: (data: string | Buffer) => void
  /** It could not be opened, or is over. Called once. */
  readonly over: (reason: string) => void
}

interface Loaded {
  readonly agent: Undici.Dispatcher
  readonly WebSocket: typeof Undici.WebSocket
}

const messageBytesAtMost = 16 * 1_048_576
const unsentBytesAtMost = 16 * 1_048_576

/** What undici sets itself. */
const itsOwn = /^(host|connection|upgrade|proxy-authorization|sec-websocket-.*)$/i

export class StreamWires {
  readonly #target: Target
  readonly #travel: Travel
  #loaded: Promise<Loaded> | undefined

  constructor(target: Target, travel: Travel) {
    this.#target = target
    this.#travel = travel
  }

  async webSocket(request: RequestText, events: WebSocketEvents): Promise<Wire> {
    const { agent, WebSocket } = await this.#load()
    const { path, headers } = takenApart(request, this.#target)
    // The socket itself does not say why it failed.
    let why = ''
    const witness = agent.compose(
      (dispatch) => (options, handler) =>
        dispatch(options, new Witness(handler, (reason) => (why = reason))),
    )
    const url = `${originOf(this.#target).replace(/^http/, 'ws')}${path}`
    const socket = new WebSocket(url, { headers, dispatcher: witness })
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('open', () => events.open())
    socket.addEventListener('message', ({ data }) => {
      events.message(typeof data === 'string' ? data : Buffer.from(data as ArrayBuffer))
    })
    let isOver = false
    const over = (reason: string) => {
      if (!isOver) events.over(reason)
      isOver = true
    }
    let problem = ''
    socket.addEventListener('error', ({ error }) => {
      const said = why === '' ? ((error as Error | undefined)?.message ?? '') : why
      problem = said === '' ? 'the WebSocket broke off' : said
    })
    socket.addEventListener('close', ({ code }) =>
      over(problem === '' ? `closed by the server (${code})` : problem),
    )
    return {
      send(message) {
        if (socket.readyState !== WebSocket.OPEN) return
        socket.send(message)
        if (socket.bufferedAmount > unsentBytesAtMost) {
          over(`over ${unsentBytesAtMost} bytes unsent`)
        }
      },
      close: () => socket.close(),
    }
  }

  /** An answer that need not end. */
  async get(request: RequestText, signal: AbortSignal): Promise<Undici.Dispatcher.ResponseData> {
    const { path, headers } = takenApart(request, this.#target)
    const { agent } = await this.#load()
    return agent.request({ origin: originOf(this.#target), path, method: 'GET', headers, signal })
  }

  /** Loads undici, at first use. */
  async ready(): Promise<void> {
    await this.#load()
  }

  close(): void {
    void this.#loaded?.then(({ agent }) => agent.destroy()).catch(() => {})
  }

  #load(): Promise<Loaded> {
    return (this.#loaded ??= loaded(this.#travel))
  }
}

async function loaded(travel: Travel): Promise<Loaded> {
  const undici = await import('undici')
  return { agent: agentOf(undici, travel), WebSocket: undici.WebSocket }
}

function agentOf({ Agent, ProxyAgent }: typeof Undici, { pem, proxy }: Travel): Undici.Dispatcher {
  const limits = {
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    webSocket: { maxPayloadSize: messageBytesAtMost },
  }
  if (proxy === null) return new Agent({ ...limits, connect: { ...pem } })
  const uri = `http://${proxy.host.includes(':') ? `[${proxy.host}]` : proxy.host}:${proxy.port}`
  const token = proxy.authorization === '' ? {} : { token: proxy.authorization }
  return new ProxyAgent({ ...limits, proxyTunnel: true, uri, ...token, requestTls: { ...pem } })
}

/** A request's path and headers again: both clients send what the one writer wrote. */
export function takenApart(
  { text }: RequestText,
  target: Target,
): { path: string; headers: Record<string, string>; body: string } {
  const end = text.indexOf('\r\n\r\n')
  const [first = '', ...lines] = text.slice(0, end).split('\r\n')
  const address = first.split(' ')[1] ?? '/'
  const origin = originOf(target)
  const path = address.startsWith(origin) ? address.slice(origin.length) : address
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon)
    if (!itsOwn.test(name)) headers[name.toLowerCase()] = line.slice(colon + 1).trim()
  }
  return { path, headers, body: text.slice(end + 4) }
}

/** Passes everything on, and remembers why a handshake failed. */
class Witness implements Undici.Dispatcher.DispatchHandler {
  readonly #handler: Undici.Dispatcher.DispatchHandler
  readonly #tell: (reason: string) => void

  constructor(handler: Undici.Dispatcher.DispatchHandler, tell: (reason: string) => void) {
    this.#handler = handler
    this.#tell = tell
  }

  onRequestStart(
    ...given: Parameters<NonNullable<Undici.Dispatcher.DispatchHandler['onRequestStart']>>
  ): void {
    this.#handler.onRequestStart?.(...given)
  }
  onRequestUpgrade(
    ...given: Parameters<NonNullable<Undici.Dispatcher.DispatchHandler['onRequestUpgrade']>>
  ): void {
    this.#handler.onRequestUpgrade?.(...given)
  }
  onResponseStart(
    ...given: Parameters<NonNullable<Undici.Dispatcher.DispatchHandler['onResponseStart']>>
  ): void {
    this.#tell(`status ${given[1]}`)
    this.#handler.onResponseStart?.(...given)
  }
  onResponseData(
    ...given: Parameters<NonNullable<Undici.Dispatcher.DispatchHandler['onResponseData']>>
  ): void {
    this.#handler.onResponseData?.(...given)
  }
  onResponseEnd(
    ...given: Parameters<NonNullable<Undici.Dispatcher.DispatchHandler['onResponseEnd']>>
  ): void {
    this.#handler.onResponseEnd?.(...given)
  }
  onResponseError(
    ...given: Parameters<NonNullable<Undici.Dispatcher.DispatchHandler['onResponseError']>>
  ): void {
    this.#tell(lossReason(given[1]).text)
    this.#handler.onResponseError?.(...given)
  }
}
