// The queue of this system, as the settings name it.

import type { Logger } from '@plimsoll/service'
import {
  deadLetterUrl,
  ensureQueue,
  Queue,
  QueueError,
  type Outgoing,
  type QueueOptions,
} from '@plimsoll/service/queue'

export interface QueueChoice {
  readonly QUEUE_URL: string
  readonly SQS_ENDPOINT?: string
  readonly QUEUE_CALL_TIMEOUT_MS: number
}

/** A message that a worker could not handle this often is not tried again by the queue itself. */
const receivesMax = 1_000

export function queueOptions(settings: QueueChoice, connections: number): QueueOptions {
  return {
    url: settings.QUEUE_URL,
    endpoint: settings.SQS_ENDPOINT,
    timeout: settings.QUEUE_CALL_TIMEOUT_MS,
    connections,
  }
}

/** Opens the queue; at an endpoint of its own, creates it if it is missing. A queue that is down is met later. */
export async function openQueue(
  settings: QueueChoice,
  { connections, log }: { connections: number; log: Logger },
): Promise<Queue> {
  const options = queueOptions(settings, connections)
  if (settings.SQS_ENDPOINT !== undefined) {
    try {
      await ensureQueue(options, receivesMax)
    } catch (error) {
      if (!(error instanceof QueueError)) throw error
      log.warn({ err: error }, 'the queue could not be set up')
    }
  }
  return new Queue(options)
}

/** The queue of the dead letters; undefined when the queue has none. Rejects with `QueueError`. */
export async function deadLettersOf(settings: QueueChoice): Promise<Queue | undefined> {
  const options = queueOptions(settings, 1)
  const url = await deadLetterUrl(options)
  // Outside AWS the address may name a host that only the queue itself knows.
  return url === undefined ? undefined : new Queue({ ...options, url })
}

/** The queue as it is, for a command. */
export function openPlainQueue(settings: QueueChoice): Queue {
  return new Queue(queueOptions(settings, 1))
}

/** Sends one message. Rejects with `QueueError`: a queue that refuses the only entry of a call has refused the call. */
export async function sendOne(
  queue: Queue,
  message: Outgoing,
  options: { readonly timeout?: number } = {},
): Promise<void> {
  const [refused] = (await queue.send([message], options)).values()
  if (refused !== undefined) throw refused
}
