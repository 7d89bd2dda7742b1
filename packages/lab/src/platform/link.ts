// The way from one part to another, which can be cut: a TCP forwarder of ours that is there only when a fault
// wants it. Cut, it takes what comes and passes nothing on, as a network does that drops packets: callers see
// silence, not a refusal. Healed, what was held goes on its way. What it held while cut proves that it was cut.

import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

const mostHeld_bytes = 1_048_576

/** A forwarder that is open until it is cut. */
export class Link implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #isCut = false
  #held = 0
  /** Chunks that wait for healing, with the socket they are for. */
  #waiting: { readonly to: Socket; readonly chunk: Buffer; readonly from: Socket }[] = []
  #waiting_bytes = 0

  private constructor(target: number) {
    this.#server = createServer((incoming) => this.#join(incoming, target))
  }

  /** Forwards a free port of 127.0.0.1 to `target`. */
  static async open(target: number): Promise<Link> {
    const link = new Link(target)
    await new Promise<void>((resolve, reject) => {
      link.#server.once('error', reject)
      link.#server.listen(0, '127.0.0.1', resolve)
    })
    // It never keeps the lab alive.
    link.#server.unref()
    return link
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** How often something was held back since it was cut last. */
  get held(): number {
    return this.#held
  }

  cut(): void {
    this.#isCut = true
    this.#held = 0
  }

  heal(): void {
    this.#isCut = false
    for (const { to, chunk, from } of this.#waiting) {
      to.write(chunk)
      from.resume()
    }
    this.#waiting = []
    this.#waiting_bytes = 0
  }

  #join(incoming: Socket, target: number): void {
    const outgoing = connect({ port: target, host: '127.0.0.1' })
    this.#pass(incoming, outgoing)
    this.#pass(outgoing, incoming)
  }

  #pass(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.setNoDelay(true)
    from.on('data', (chunk: Buffer) => {
      if (this.#isCut) return this.#hold({ from, to, chunk })
      if (!to.write(chunk)) {
        from.pause()
        to.once('drain', () => from.resume())
      }
    })
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroySoon()
    })
  }

  #hold(held: { from: Socket; to: Socket; chunk: Buffer }): void {
    this.#held += 1
    this.#waiting_bytes += held.chunk.length
    if (this.#waiting_bytes > mostHeld_bytes) return void held.from.destroy()
    this.#waiting.push(held)
    held.from.pause()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** `url` with another port of 127.0.0.1. */
export function throughPort(url: string, port: number): string {
  const changed = new URL(url)
  changed.hostname = '127.0.0.1'
  changed.port = String(port)
  // A URL without a path gets a slash, which an address does not have.
  return url.endsWith('/') ? changed.href : changed.href.replace(/\/$/, '')
}
