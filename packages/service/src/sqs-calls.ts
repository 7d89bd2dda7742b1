// Calls to SQS through the AWS SDK: one connection pool, a deadline for each call, one attempt, and counts.
// Who retries is the caller, in one place.

import { SQSClient } from '@aws-sdk/client-sqs'

import { failureOfCall, QueueError } from './queue-error.ts'

export interface QueueOptions {
  /** `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`, or of the same form at another host. */
  readonly url: string
  /** Where calls go; the host of `url` unless set. Outside AWS no credentials are asked for. */
  readonly endpoint?: string | undefined
  /** How long one call may take, in milliseconds; a long poll may wait as long on top. */
  readonly timeout: number
  /** Connections kept open. */
  readonly connections: number
}

/** What the metrics tell about the use of a queue since the start. */
export interface QueueFigures {
  readonly calls: Readonly<Record<string, number>>
  readonly failures: Readonly<Record<string, number>>
}

/** One client of SQS. Rejects with `QueueError`. */
export class SqsCalls implements Disposable {
  readonly options: QueueOptions
  readonly #client: SQSClient
  readonly #calls: Record<string, number> = {}
  readonly #failures: Record<string, number> = {}

  constructor(options: QueueOptions) {
    const { url, endpoint, timeout, connections } = options
    this.options = options
    const { host, origin } = new URL(endpoint ?? url)
    const isAws = /\.amazonaws\.com(\.cn)?$/.test(host)
    const agent = { keepAlive: true, maxSockets: connections }
    this.#client = new SQSClient({
      endpoint: origin,
      region: /^sqs\.([^.]+)\./.exec(host)?.[1] ?? 'us-east-1',
      maxAttempts: 1,
      requestHandler: { connectionTimeout: timeout, httpAgent: agent, httpsAgent: agent },
      ...(isAws ? {} : { credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' } }),
    })
  }

  /** Runs one call within its deadline, in milliseconds. */
  async run<Answer>(
    name: string,
    send: (client: SQSClient, options: { abortSignal: AbortSignal }) => Promise<Answer>,
    timeout = this.options.timeout,
  ): Promise<Answer> {
    this.#calls[name] = (this.#calls[name] ?? 0) + 1
    try {
      return await send(this.#client, { abortSignal: AbortSignal.timeout(Math.ceil(timeout)) })
    } catch (error) {
      this.#failures[name] = (this.#failures[name] ?? 0) + 1
      throw new QueueError(failureOfCall(error), error)
    }
  }

  figures(): QueueFigures {
    return { calls: this.#calls, failures: this.#failures }
  }

  [Symbol.dispose](): void {
    this.#client.destroy()
  }
}
