// What the embedded queue holds, as a Prometheus text: how much waits, how much is being worked on, and how
// old the oldest of it is. Dead-letter queues are told apart: what lies there waits for a person.

/** The parts of a fauxqs queue that are looked at. */
export interface InspectedQueue {
  readonly name: string
  readonly arn: string
  readonly attributes: Readonly<Record<string, string>>
  readonly messages: readonly InspectedMessage[]
  readonly delayedMessages: readonly InspectedMessage[]
  readonly inflightMessages: ReadonlyMap<string, { readonly message: InspectedMessage }>
}

interface InspectedMessage {
  /** Milliseconds since 1970. */
  readonly sentTimestamp: number
}

/** Names of a queue that is nobody's redrive target and holds dead letters all the same. */
const deadByName = /(^|[-_])(dlq|dead([-_]?letters?)?)$/i

/** One line per figure and queue, in the text exposition format. */
export function queueMetrics(queues: readonly InspectedQueue[], now: Date): string {
  const targets = new Set(queues.map(({ attributes }) => redriveTarget(attributes)))
  return queues
    .flatMap((queue) => {
      const inFlight = [...queue.inflightMessages.values()].map(({ message }) => message)
      const label = `{queue="${queue.name}"}`
      if (targets.has(queue.arn) || deadByName.test(queue.name)) {
        const held = queue.messages.length + inFlight.length + queue.delayedMessages.length
        return [`queue_dead_letters${label} ${held}`]
      }
      const all = [...queue.messages, ...inFlight]
      const oldest = all.reduce(
        (least, { sentTimestamp }) => Math.min(least, sentTimestamp),
        now.getTime(),
      )
      return [
        `queue_depth${label} ${queue.messages.length}`,
        `queue_in_flight${label} ${inFlight.length}`,
        `queue_delayed${label} ${queue.delayedMessages.length}`,
        `queue_oldest_age_seconds${label} ${(now.getTime() - oldest) / 1_000}`,
      ]
    })
    .map((line) => `${line}\n`)
    .join('')
}

function redriveTarget(attributes: InspectedQueue['attributes']): string | undefined {
  try {
    const policy = JSON.parse(attributes['RedrivePolicy'] ?? '{}') as {
      deadLetterTargetArn?: string
    }
    return policy.deadLetterTargetArn
  } catch {
    return undefined
  }
}
