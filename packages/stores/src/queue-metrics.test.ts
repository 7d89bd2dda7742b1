import { expect, test } from 'vitest'
import { queueMetrics } from './queue-metrics.ts'

const queue = (name: string, sent: readonly number[], attributes: Record<string, string> = {}) => ({
  name,
  arn: `arn:${name}`,
  attributes,
  messages: sent.map((sentTimestamp) => ({ sentTimestamp })),
  delayedMessages: [],
  inflightMessages: new Map([['handle', { message: { sentTimestamp: 4_000 } }]]),
})

test('the oldest message counts also while somebody works on it', () => {
  const text = queueMetrics([queue('logs', [6_000, 5_000])], new Date(10_000))
  expect(text).toContain('queue_oldest_age_seconds{queue="logs"} 6\n')
  expect(text).toContain('queue_depth{queue="logs"} 2\n')
})

test('a redrive target holds dead letters, whatever its name', () => {
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: 'arn:graveyard', maxReceiveCount: 5 })
  const text = queueMetrics(
    [queue('logs', [], { RedrivePolicy }), queue('graveyard', [1])],
    new Date(10_000),
  )
  expect(text).toContain('queue_dead_letters{queue="graveyard"} 2\n')
  expect(text).not.toContain('queue_depth{queue="graveyard"}')
})

test('an empty queue has no old message', () => {
  const empty = { ...queue('logs', []), inflightMessages: new Map() }
  expect(queueMetrics([empty], new Date(10_000))).toContain(
    'queue_oldest_age_seconds{queue="logs"} 0\n',
  )
})
