// What the metrics tell about the use of a queue: calls by kind, and those that failed.

import { family, type MetricsSource } from './metrics.ts'
import type { Queue } from './queue.ts'

/** The lines of one queue. */
export function queueMetrics(queue: Queue): MetricsSource {
  return () => {
    const { calls, failures } = queue.figures()
    const byCall = (name: string, counts: Readonly<Record<string, number>>) =>
      family(
        name,
        'counter',
        Object.entries(counts)
          .map(([call, count]) => `${name}{call="${call}"} ${count}\n`)
          .join(''),
      )
    return byCall('queue_calls_total', calls) + byCall('queue_call_failures_total', failures)
  }
}
