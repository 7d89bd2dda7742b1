// The trial system and a configuration of it, for tests.

import { fileURLToPath } from 'node:url'
import { seconds } from '@plimsoll/workload'
import type { PlannedConfiguration } from '@plimsoll/record'
import {
  cache,
  command,
  discovery,
  postgres,
  queue,
  replica,
  service,
  system,
  type System,
} from '../../system.ts'

/** A system of one database and one service; `settings` are added to those of the service. */
export function trialSystem(settings: Readonly<Record<string, string>> = {}): System {
  return system({
    name: 'trial',
    folder: fileURLToPath(new URL('.', import.meta.url)),
    entry: 'api',
    parts: {
      database: postgres({ shared_buffers: '32MB' }),
      api: service({
        command: ['node', fileURLToPath(new URL('./src/main.ts', import.meta.url))],
        needs: ['database'],
        ready: '/readyz',
        metrics: '/metrics',
        drain: seconds(2),
        settings: ({ database, port }) => ({
          DATABASE_URL: database.url,
          PORT: String(port),
          ...settings,
        }),
      }),
    },
    prepare: [command(`node "${fileURLToPath(new URL('./src/prepare.ts', import.meta.url))}"`)],
  })
}

/** The trial system with a replica of its database, held back by so much. */
export function trialReplica({ behind = '0' } = {}): System {
  const { parts, ...rest } = trialSystem()
  const { api, database } = parts
  if (api?.kind !== 'service' || database === undefined) throw new RangeError('no trial system')
  const settings: typeof api.settings = (input) => ({
    ...api.settings(input),
    READER_URL: input['reader']?.url ?? '',
  })
  return system({
    ...rest,
    entry: 'api',
    parts: {
      // Declared before what it follows, which comes up first all the same.
      reader: replica({ of: 'database', settings: { recovery_min_apply_delay: behind } }),
      database,
      api: { ...api, needs: ['database', 'reader'], settings },
    },
  })
}

/** A service that takes work, a queue, a cache, a discovery that nobody asks, and workers that take `work_ms` over each message. */
export function trialPipeline({ work_ms = 0 } = {}): System {
  const main = fileURLToPath(new URL('./src/pipeline.ts', import.meta.url))
  const process = {
    ready: '/readyz',
    metrics: '/metrics',
    drain: seconds(2),
  }
  return system({
    name: 'trial-pipeline',
    folder: fileURLToPath(new URL('.', import.meta.url)),
    entry: 'api',
    parts: {
      queue: queue(),
      cache: cache(),
      discovery: discovery(),
      api: service({
        ...process,
        command: ['node', main, 'api'],
        needs: ['queue', 'cache'],
        settings: ({ queue, cache, port }) => ({
          PORT: String(port),
          QUEUE_URL: `${queue.url}/000000000000/work`,
          CACHE_URL: cache.url,
        }),
      }),
      worker: service({
        ...process,
        command: ['node', main, 'worker'],
        needs: ['queue'],
        settings: ({ queue, port }) => ({
          PORT: String(port),
          QUEUE_URL: `${queue.url}/000000000000/work`,
          WORK_MS: String(work_ms),
        }),
      }),
    },
  })
}

/** One of each of `trialPipeline`, and so many workers. */
export function pipelineConfiguration({ workers = 2 } = {}): PlannedConfiguration {
  const price_per_hour_usd = 0.01
  const part = (name: string, instances: number, limit_cores: number) => ({
    part: name,
    size: limit_cores === 0 ? 'sqs' : 'm7g.medium',
    instances,
    vcpu: limit_cores === 0 ? 0 : 1,
    memory_gib: 1,
    price_per_hour_usd,
    processes: 1,
    limit_cores,
  })
  return {
    name: 'pipeline',
    cost_per_hour_usd: 1,
    parts: [
      part('api', 1, 0.125),
      part('worker', workers, 0.125),
      part('cache', 1, 0.125),
      part('discovery', 1, 0.125),
      part('queue', 1, 0),
    ],
  }
}

/** `instances` of the service, one database and perhaps a replica, each limited to so many cores. */
export function trialConfiguration({
  instances = 1,
  limit_cores = 0.125,
  reader = false,
} = {}): PlannedConfiguration {
  const size = {
    size: 'm7g.medium',
    vcpu: 1,
    memory_gib: 4,
    price_per_hour_usd: 0.04,
    processes: 1,
    limit_cores,
  }
  return {
    name: 'trial',
    cost_per_hour_usd: 1,
    parts: [
      { part: 'api', instances, ...size },
      ...(reader ? [{ part: 'reader', instances: 1, ...size }] : []),
      { part: 'database', instances: 1, ...size },
    ],
  }
}
