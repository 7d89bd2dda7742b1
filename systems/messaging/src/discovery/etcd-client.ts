// etcd by its JSON gateway (version 3.4 and later): the few calls that discovery needs, each with a deadline. A member
// that does not answer is left for the next one of the list; nothing is sent twice.

/** etcd did not do what was asked. */
export class EtcdError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'EtcdError'
  }
}

export interface EtcdClientOptions {
  /** The members, `http://127.0.0.1:2379`. */
  readonly urls: readonly string[]
  /** How long one call may take, in milliseconds. */
  readonly timeout: number
}

/** What stands under a prefix, and the revision at which it stood there. */
export interface Found {
  readonly revision: bigint
  readonly values: readonly string[]
}

export interface ChangeOptions {
  /** The revision that is known already. */
  readonly after: bigint
  /** How long to wait for a change, in milliseconds. */
  readonly within: number
  readonly signal: AbortSignal
}

const mostFound = 1_000
const mostAnswerBytes = 4_194_304

/** What comes back; etcd leaves out what is 0, false or empty, and writes 64-bit numbers as text. */
interface Body {
  readonly header?: { readonly revision?: string }
  readonly kvs?: readonly { readonly value?: string }[]
  readonly ID?: string
  readonly TTL?: string
  readonly canceled?: boolean
  readonly events?: readonly unknown[]
  readonly error?: unknown
  readonly result?: Body
}

/** Calls to one etcd. All reject with `EtcdError`. */
export class EtcdClient {
  readonly #urls: readonly string[]
  readonly #timeout: number
  #member = 0

  constructor({ urls, timeout }: EtcdClientOptions) {
    this.#urls = urls
    this.#timeout = timeout
  }

  /** The values under a prefix, at most 1,000. */
  async valuesUnder(prefix: string, signal: AbortSignal): Promise<Found> {
    const { header, kvs = [] } = await this.#ask(
      'kv/range',
      { ...under(prefix), limit: mostFound },
      signal,
    )
    if (header?.revision === undefined) throw new EtcdError('etcd answered without a revision')
    return {
      revision: BigInt(header.revision),
      values: kvs.map(({ value = '' }) => Buffer.from(value, 'base64').toString()),
    }
  }

  /** Resolves when something under the prefix has changed, or when it has waited long enough. */
  async change(prefix: string, { after, within, signal }: ChangeOptions): Promise<void> {
    const late = AbortSignal.timeout(within)
    const either = AbortSignal.any([late, signal])
    const create_request = { ...under(prefix), start_revision: String(after + 1n) }
    try {
      await this.#atMember(async (url) => {
        for await (const { result, error } of answers(
          `${url}/v3/watch`,
          { create_request },
          either,
        )) {
          if (result?.events !== undefined) return
          if (error !== undefined || result?.canceled === true) {
            throw new EtcdError(JSON.stringify(error ?? result))
          }
        }
        throw new EtcdError('the watch ended')
      }, either)
    } catch (error) {
      if (!late.aborted) throw error
    }
  }

  /** A lease that ends by itself after so many seconds without being kept alive. */
  async grant(seconds: number, signal: AbortSignal): Promise<string> {
    const { ID } = await this.#ask('lease/grant', { TTL: seconds }, signal)
    if (ID === undefined) throw new EtcdError('etcd granted no lease')
    return ID
  }

  /** Gives a lease its whole time again. False: there is no such lease any more. */
  async keepAlive(lease: string, signal: AbortSignal): Promise<boolean> {
    const { result } = await this.#ask('lease/keepalive', { ID: lease }, signal)
    return Number(result?.TTL ?? 0) > 0
  }

  /** Ends a lease, and with it what stands under it. */
  async revoke(lease: string): Promise<void> {
    await this.#ask('lease/revoke', { ID: lease })
  }

  /** Puts a value under a lease, unless the key stands under that lease already. */
  async hold(
    { key, value, lease }: { readonly key: string; readonly value: string; readonly lease: string },
    signal: AbortSignal,
  ): Promise<void> {
    const name = base64(key)
    const isHeld = { key: name, target: 'LEASE', result: 'EQUAL', lease }
    const put = { request_put: { key: name, value: base64(value), lease } }
    await this.#ask('kv/txn', { compare: [isHeld], failure: [put] }, signal)
  }

  /** The one answer of a call. */
  async #ask(path: string, request: object, signal?: AbortSignal): Promise<Body> {
    const late = AbortSignal.timeout(this.#timeout)
    const either = signal === undefined ? late : AbortSignal.any([late, signal])
    return await this.#atMember(async (url) => {
      const found: Body[] = []
      // To its end: then the connection can be used again.
      for await (const answer of answers(`${url}/v3/${path}`, request, either)) found.push(answer)
      const [first] = found
      if (first !== undefined && first.error === undefined) return first
      throw new EtcdError(`${path}: ${JSON.stringify(first?.error ?? 'no answer')}`)
    }, signal)
  }

  /** When a call fails the next one goes to the next member, unless it was given up on purpose. */
  async #atMember<T>(call: (url: string) => Promise<T>, givenUp?: AbortSignal): Promise<T> {
    const member = this.#member
    const url = this.#urls[member % this.#urls.length] ?? ''
    try {
      return await call(url)
    } catch (error) {
      if (givenUp?.aborted !== true) this.#member = member + 1
      throw new EtcdError(`etcd at ${url}: ${reasonOf(error)}`, error)
    }
  }
}

/** The answers of a call, one to a line. */
async function* answers(url: string, request: object, signal: AbortSignal): AsyncGenerator<Body> {
  const { body } = await fetch(url, {
    method: 'POST',
    // A member that is cut off from the others ends what it cannot keep up.
    headers: { 'content-type': 'application/json', 'grpc-metadata-hasleader': 'true' },
    body: JSON.stringify(request),
    signal,
  })
  for await (const line of linesOf(body)) yield JSON.parse(line) as Body
}

/** The lines of a stream, the last of which need not end. */
async function* linesOf(stream: ReadableStream<Uint8Array> | null): AsyncGenerator<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of stream ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    yield* lines.filter((line) => line !== '')
    if (text.length > mostAnswerBytes) throw new EtcdError('etcd answered more than was expected')
  }
  if (text !== '') yield text
}

function under(prefix: string): { readonly key: string; readonly range_end: string } {
  const end = Buffer.from(prefix)
  end[end.length - 1] = (end.at(-1) ?? 0) + 1
  return { key: base64(prefix), range_end: end.toString('base64') }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
