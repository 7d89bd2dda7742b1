// The queue: apart from the index, because a backend without it need not load the SDK.

export { Queue, queueLimits, type Outgoing, type QueueDepth, type QueueMessage } from './queue.ts'
export { QueueError, type QueueFailure } from './queue-error.ts'
export { queueMetrics } from './queue-metrics.ts'
export { queueSettings } from './queue-settings.ts'
export { deadLetterUrl, ensureQueue, purgeQueue } from './queue-setup.ts'
export type { QueueFigures, QueueOptions } from './sqs-calls.ts'
