// Queues and their dead-letter queues, where no deployment has declared them: the embedded queue begins empty.

import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs'

import { SqsCalls, type QueueOptions } from './sqs-calls.ts'

/**
 * Creates the queue and its dead-letter queue (`NAME-dead-letters`) where they are missing. A message that
 * was received more than `receives` times goes to the dead letters. Rejects with `QueueError`.
 */
export async function ensureQueue(options: QueueOptions, receives: number): Promise<void> {
  using calls = new SqsCalls(options)
  const name = queueName(options.url)
  const dead = await create(calls, `${name}-dead-letters`)
  await create(calls, name)
  const deadLetterTargetArn = await attribute(calls, dead, 'QueueArn')
  const policy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: receives })
  const command = new SetQueueAttributesCommand({
    QueueUrl: options.url,
    Attributes: { RedrivePolicy: policy },
  })
  await calls.run('setUp', (client, sending) => client.send(command, sending))
}

/** The address of the queue that dead letters go to; undefined when there is none. Rejects with `QueueError`. */
export async function deadLetterUrl(options: QueueOptions): Promise<string | undefined> {
  using calls = new SqsCalls(options)
  const policy = await attribute(calls, options.url, 'RedrivePolicy')
  if (policy === '') return undefined
  const { deadLetterTargetArn } = JSON.parse(policy) as { deadLetterTargetArn: string }
  const command = new GetQueueUrlCommand({ QueueName: deadLetterTargetArn.split(':').at(-1) })
  const { QueueUrl } = await calls.run('setUp', (client, sending) => client.send(command, sending))
  return QueueUrl
}

/** Removes every message of a queue; AWS allows it once a minute. Rejects with `QueueError`. */
export async function purgeQueue(options: QueueOptions): Promise<void> {
  using calls = new SqsCalls(options)
  const command = new PurgeQueueCommand({ QueueUrl: options.url })
  await calls.run('purge', (client, sending) => client.send(command, sending))
}

function queueName(url: string): string {
  return new URL(url).pathname.split('/').at(-1) ?? ''
}

/** A queue that is there already is taken as it is. */
async function create(calls: SqsCalls, QueueName: string): Promise<string> {
  const command = new CreateQueueCommand({ QueueName })
  const { QueueUrl } = await calls.run('setUp', (client, sending) => client.send(command, sending))
  return QueueUrl ?? ''
}

async function attribute(
  calls: SqsCalls,
  QueueUrl: string,
  name: 'QueueArn' | 'RedrivePolicy',
): Promise<string> {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] })
  const { Attributes } = await calls.run('setUp', (client, sending) =>
    client.send(command, sending),
  )
  return Attributes?.[name] ?? ''
}
