// Server-sent events out of the pieces that the network delivers, as the HTML standard has them. An event is bounded:
// a server cannot fill our memory.

export interface ServerEvent {
  readonly type: string
  readonly data: string
}

const eventAtMost = 1_048_576

export class EventParser {
  readonly #decoder = new TextDecoder('utf-8')
  readonly #emit: (event: ServerEvent) => void
  /** A line whose end has not come. */
  #line = ''
  #type = ''
  #data: string[] = []
  #size = 0
  /** The last piece ended with CR: an LF that follows belongs to it. */
  #afterReturn = false

  constructor(emit: (event: ServerEvent) => void) {
    this.#emit = emit
  }

  /** Throws `RangeError` for an event beyond its limit. */
  feed(bytes: Uint8Array): void {
    let text = this.#decoder.decode(bytes, { stream: true })
    if (text === '') return
    if (this.#afterReturn && text.startsWith('\n')) text = text.slice(1)
    this.#afterReturn = text.endsWith('\r')
    const lines = text.split(/\r\n|\n|\r/)
    lines[0] = this.#line + (lines[0] as string)
    this.#line = lines.pop() as string
    for (const line of lines) this.#take(line)
    if (this.#size + this.#line.length > eventAtMost) this.#tooLarge()
  }

  #take(line: string): void {
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    const name = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (name === 'event') this.#type = value
    else if (name === 'data') {
      this.#data.push(value)
      this.#size += value.length + 1
      if (this.#size > eventAtMost) this.#tooLarge()
    }
  }

  #dispatch(): void {
    const [type, data] = [this.#type, this.#data]
    this.#type = ''
    this.#data = []
    this.#size = 0
    if (data.length > 0) this.#emit({ type: type === '' ? 'message' : type, data: data.join('\n') })
  }

  #tooLarge(): never {
    throw new RangeError(`event over ${eventAtMost} characters`)
  }
}
