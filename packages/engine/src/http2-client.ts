// HTTP/2 by undici, for workloads that ask for it: many requests at once on one connection. What is sent is what the one
// writer of requests wrote.

import { Readable } from 'node:stream'
import type * as UndiciModule from 'undici'
import type { Client, Dispatcher } from 'undici'
import { answerLimits } from './answer-parser.ts'
import { BodyBytes } from './body-bytes.ts'
import type { Carrier, Exchange, OwnLane } from './exchange.ts'
import { lossReason } from './loss-reasons.ts'
import { takenApart } from './stream-wires.ts'
import { originOf, type Target } from './target.ts'
import type { Travel } from './travel.ts'

/** As many as servers commonly allow; then another connection is opened. */
const atOnce = 100

type Undici = typeof UndiciModule

interface Ground {
  readonly target: Target
  readonly travel: Travel
  readonly now: () => number
  readonly undici: () => Promise<Undici>
  readonly open: Set<Call>
}

export class Http2Client implements Carrier {
  readonly #ground: Ground
  readonly #shared: Http2Lane
  readonly #lanes = new Set<Http2Lane>()

  constructor(target: Target, { now, travel }: { now: () => number; travel: Travel }) {
    let loaded: Promise<Undici> | undefined
    const undici = () => (loaded ??= import('undici'))
    this.#ground = { target, travel, now, undici, open: new Set() }
    this.#shared = new Http2Lane(this.#ground)
  }

  ready(): Promise<unknown> {
    return this.#ground.undici()
  }

  send(exchange: Exchange): void {
    this.#shared.send(exchange)
  }

  own(): OwnLane {
    const lane = new Http2Lane(this.#ground)
    this.#lanes.add(lane)
    return { send: (exchange) => lane.send(exchange), release: () => this.#release(lane) }
  }

  sweep(now: number): void {
    for (const call of this.#ground.open) call.sweep(now)
  }

  close(): void {
    for (const call of this.#ground.open) call.abandon()
    for (const lane of this.#lanes) lane.destroy()
    this.#shared.destroy()
  }

  #release(lane: Http2Lane): void {
    this.#lanes.delete(lane)
    lane.release()
  }
}

interface Line {
  readonly client: Client
  readonly openedAt: number
  underWay: number
  served: number
}

/** Connections of whoever shares them; the last one opened takes what the others have no room for. */
class Http2Lane implements OwnLane {
  readonly #ground: Ground
  #lines: Line[] = []

  constructor(ground: Ground) {
    this.#ground = ground
  }

  send(exchange: Exchange): void {
    void this.#ground.undici().then((undici) => this.#dispatch(exchange, undici))
  }

  release(): void {
    for (const { client } of this.#lines.splice(0)) void client.close()
  }

  destroy(): void {
    for (const { client } of this.#lines.splice(0)) void client.destroy()
  }

  #dispatch(exchange: Exchange, undici: Undici): void {
    const { requestsPerConnection, connectionLifetime } = this.#ground.travel
    const line = this.#lineWithRoom(undici)
    line.underWay += 1
    line.served += 1
    const isSpent =
      line.served >= requestsPerConnection ||
      this.#ground.now() - line.openedAt >= connectionLifetime
    if (isSpent) this.#lines = this.#lines.filter((kept) => kept !== line)
    const call = new Call(exchange, this.#ground, () => {
      line.underWay -= 1
      if (isSpent) void line.client.close()
    })
    call.send(line.client)
  }

  #lineWithRoom(undici: Undici): Line {
    const room = this.#lines.find(({ underWay }) => underWay < atOnce)
    if (room !== undefined) return room
    const client = clientOf(undici, this.#ground)
    const line = { client, openedAt: this.#ground.now(), underWay: 0, served: 0 }
    this.#lines.push(line)
    return line
  }
}

function clientOf({ Client, buildConnector }: Undici, { target, travel }: Ground): Client {
  const useH2c = !target.secure
  // Its types do not know `useH2c`.
  const options = { ...travel.pem, allowH2: true, useH2c, timeout: 0 }
  const connect = buildConnector(options)
  return new Client(originOf(target), {
    allowH2: true,
    h2Options: { useH2c, maxConcurrentStreams: atOnce },
    pipelining: atOnce,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect(options, done) {
      connect(options, (error, socket) => {
        if (error !== null) return done(error, null)
        const { alpnProtocol } = socket as { alpnProtocol?: unknown }
        if (alpnProtocol === 'h2') return done(null, socket)
        socket.destroy()
        done(new Error('the server does not speak HTTP/2'), null)
      })
    },
  })
}

/** One exchange under way. */
class Call implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange
  readonly #ground: Ground
  readonly #over: () => void
  readonly #body = new BodyBytes()
  #controller: Dispatcher.DispatchController | undefined
  #isOver = false
  #isSent = false
  #status = 0
  #head = ''
  #setsCookies = false

  constructor(exchange: Exchange, ground: Ground, over: () => void) {
    this.#exchange = exchange
    this.#ground = ground
    this.#over = over
    ground.open.add(this)
  }

  send(client: Client): void {
    const { method, request } = this.#exchange
    const { path, headers, body: text } = takenApart(request, this.#ground.target)
    delete headers['content-length']
    delete headers['transfer-encoding']
    const { body } = request
    const source = typeof body === 'function' ? Readable.from(body(), { objectMode: false }) : body
    try {
      client.dispatch({ method, path, headers, body: source ?? (text === '' ? null : text) }, this)
    } catch (thrown) {
      this.#lose((thrown as Error).message)
    }
  }

  sweep(now: number): void {
    if (now >= this.#exchange.deadline) {
      this.#lose(this.#isSent ? 'time-out' : 'time-out while connecting')
    }
  }

  abandon(): void {
    if (this.#finish()) this.#exchange.abandoned()
    this.#controller?.abort(new Error('abandoned'))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    this.#isSent = true
    if (this.#isOver) controller.abort(new Error('over'))
  }

  onRequestUpgrade(): void {
    this.#lose('switched protocols without being asked')
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status
    let head = `HTTP/2 ${status}\r\n`
    for (const [name, value] of Object.entries(headers)) {
      for (const one of Array.isArray(value) ? value : [value]) head += `${name}: ${one}\r\n`
    }
    this.#head = head
    this.#setsCookies = headers['set-cookie'] !== undefined
    if (head.length > answerLimits.headBytes)
      this.#lose(`head over ${answerLimits.headBytes} bytes`)
  }

  onResponseData(_controller: Dispatcher.DispatchController, bytes: Buffer): void {
    if (this.#isOver) return
    if (this.#body.length + bytes.length > answerLimits.bodyBytes) {
      this.#lose(`body over ${answerLimits.bodyBytes} bytes`)
    } else this.#body.add(bytes, 0, bytes.length, 0)
  }

  onResponseEnd(): void {
    if (!this.#finish()) return
    this.#exchange.answered(this.#status, this.#head, this.#body.take(), this.#setsCookies)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#lose(lossReason(error).text)
  }

  #lose(reason: string): void {
    if (!this.#finish()) return
    this.#controller?.abort(new Error(reason))
    this.#exchange.lost(reason, { sent: this.#isSent })
  }

  /** False when it was over already. */
  #finish(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#ground.open.delete(this)
    this.#over()
    return true
  }
}
