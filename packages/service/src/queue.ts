// A queue that speaks SQS: AWS, or whatever answers at the endpoint. Delivery is at least once and in no order,
// so what is received must be harmless when it comes again.

import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type Message,
} from '@aws-sdk/client-sqs'

import { QueueError } from './queue-error.ts'
import { SqsCalls, type QueueFigures, type QueueOptions } from './sqs-calls.ts'

/** A message to send. */
export interface Outgoing {
  readonly body: string
  readonly attributes?: Readonly<Record<string, string>>
}

/** A message that was received and not yet deleted. */
export interface QueueMessage {
  readonly id: string
  readonly receipt: string
  readonly body: string
  /** Milliseconds since 1970. */
  readonly sentAt: number
  /** How often it has been received, this time included. */
  readonly receives: number
  readonly attributes: Readonly<Record<string, string>>
}

/** Message counts as the queue tells them: approximate. */
export interface QueueDepth {
  readonly waiting: number
  readonly inFlight: number
  readonly delayed: number
}

/** The most one call carries. */
export const queueLimits = { messages: 10, bytes: 1_048_576 } as const

const noRefusals: ReadonlyMap<number, QueueError> = new Map()

/** One queue. All methods reject with `QueueError`. */
export class Queue implements Disposable {
  readonly url: string
  readonly #calls: SqsCalls

  constructor(options: QueueOptions) {
    this.url = options.url
    this.#calls = new SqsCalls(options)
  }

  /**
   * Sends up to ten messages, 1 MiB in all. Resolves to those entries that the queue did not take, by
   * position. `timeout` is in milliseconds.
   */
  async send(
    messages: readonly Outgoing[],
    { timeout }: { timeout?: number } = {},
  ): Promise<ReadonlyMap<number, QueueError>> {
    const command = new SendMessageBatchCommand({
      QueueUrl: this.url,
      Entries: messages.map(({ body, attributes }, position) => ({
        Id: String(position),
        MessageBody: body,
        ...(attributes === undefined ? {} : { MessageAttributes: asAttributes(attributes) }),
      })),
    })
    const { Failed = [] } = await this.#calls.run(
      'send',
      (client, options) => client.send(command, options),
      timeout,
    )
    if (Failed.length === 0) return noRefusals
    return new Map(
      Failed.map(({ Id, SenderFault, Message }) => [
        Number(Id),
        new QueueError(SenderFault === true ? 'refused' : 'lost', Message ?? 'it gave no reason'),
      ]),
    )
  }

  /** Waits up to `wait` seconds (≤ 20) for up to ten messages, hidden from others for `hidden` seconds. */
  async receive({ wait, hidden }: { wait: number; hidden: number }): Promise<QueueMessage[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.url,
      MaxNumberOfMessages: queueLimits.messages,
      WaitTimeSeconds: wait,
      VisibilityTimeout: hidden,
      MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
      MessageAttributeNames: ['All'],
    })
    const { Messages = [] } = await this.#calls.run(
      'receive',
      (client, options) => client.send(command, options),
      this.#calls.options.timeout + wait * 1_000,
    )
    return Messages.map(received)
  }

  /** Deletes messages. One that stays all the same comes again. */
  async delete(messages: readonly QueueMessage[]): Promise<void> {
    for (const Entries of inTens(messages)) {
      const command = new DeleteMessageBatchCommand({ QueueUrl: this.url, Entries })
      await this.#calls.run('delete', (client, options) => client.send(command, options))
    }
  }

  /**
   * Hides received messages for so many seconds from now, at least 1, which is how they are handed back: fauxqs
   * 2.4.1 loses what is hidden for 0 seconds until it is started again.
   */
  async hide(messages: readonly QueueMessage[], seconds: number): Promise<void> {
    for (const tens of inTens(messages)) {
      const Entries = tens.map((entry) => ({ ...entry, VisibilityTimeout: seconds }))
      const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.url, Entries })
      await this.#calls.run('hide', (client, options) => client.send(command, options))
    }
  }

  async depth(): Promise<QueueDepth> {
    const command = new GetQueueAttributesCommand({
      QueueUrl: this.url,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    })
    const { Attributes = {} } = await this.#calls.run('depth', (client, options) =>
      client.send(command, options),
    )
    return {
      waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
      delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
    }
  }

  figures(): QueueFigures {
    return this.#calls.figures()
  }

  [Symbol.dispose](): void {
    this.#calls[Symbol.dispose]()
  }
}

function asAttributes(attributes: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [
      name,
      { DataType: 'String', StringValue },
    ]),
  )
}

function received(message: Message): QueueMessage {
  const { MessageId, ReceiptHandle, Body, Attributes, MessageAttributes = {} } = message
  return {
    id: MessageId ?? '',
    receipt: ReceiptHandle ?? '',
    body: Body ?? '',
    sentAt: Number(Attributes?.SentTimestamp ?? 0),
    receives: Number(Attributes?.ApproximateReceiveCount ?? 1),
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue ?? '']),
    ),
  }
}

function* inTens(messages: readonly QueueMessage[]) {
  for (let first = 0; first < messages.length; first += queueLimits.messages) {
    yield messages
      .slice(first, first + queueLimits.messages)
      .map(({ receipt }, position) => ({ Id: String(position), ReceiptHandle: receipt }))
  }
}
