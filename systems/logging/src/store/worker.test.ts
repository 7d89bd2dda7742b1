import { createLog } from '@plimsoll/service'
import { QueueError, type Queue, type QueueMessage } from '@plimsoll/service/queue'
import { expect, test } from 'vitest'

import { encodeChunk } from '../records/chunk.ts'
import { Worker, type Held, type WorkerOptions } from './worker.ts'

const settings = {
  POOL_SIZE: 1,
  RECEIVERS: 1,
  WAIT_SECONDS: 1,
  HIDDEN_SECONDS: 30,
  BATCH_ROWS: 1_000,
  BATCH_BYTES: 1_000,
  HELD_MESSAGES: 100,
  HELD_BYTES: 100_000,
  RECEIVES_MAX: 20,
}

function message(id: string, body: string): QueueMessage {
  return { id, receipt: id, body, sentAt: 0, receives: 1, attributes: {} }
}

function chunk(id: string, bytes = 10): QueueMessage {
  const lines = Buffer.from(`${'x'.repeat(bytes - 1)}\n`)
  return message(id, encodeChunk(lines, { rows: 1, receivedAt: 0 }))
}

/** A worker on a queue that hands over these messages, call by call, and then has no more. */
function workOn(
  calls: readonly (readonly QueueMessage[])[],
  options: Partial<Pick<WorkerOptions, 'bury' | 'settings' | 'store'>>,
) {
  const left = [...calls]
  const deleted: string[] = []
  const queue = {
    receive: () => Promise.resolve(left.shift() ?? []),
    delete: (messages: readonly QueueMessage[]) => {
      deleted.push(...messages.map(({ id }) => id))
      return Promise.resolve()
    },
    hide: () => Promise.resolve(),
  } as unknown as Queue
  const batches: string[][] = []
  const worker = new Worker({
    queue,
    store: (held) => {
      batches.push(idsOf(held))
      return Promise.resolve({ stored: held.length, buried: 0, postponed: 0 })
    },
    bury: () => Promise.resolve(),
    log: createLog({ service: 'logging', level: 'silent' }),
    clock: () => 0,
    settings,
    ...options,
  })
  const stop = async () => {
    worker.stop()
    await worker.ended()
  }
  return { worker, left, deleted, batches, stop }
}

const idsOf = (held: readonly Held[]) => held.map(({ message: { id } }) => id)

test('a message that cannot be buried comes again, and keeps none of its neighbours from being stored', async () => {
  const bury = () => Promise.reject(new QueueError('refused', 'there is no dead-letter queue'))
  const { deleted, batches, stop, worker } = workOn(
    [[message('bad', 'this is no chunk'), chunk('a'), chunk('b')], [chunk('c')]],
    { bury },
  )
  await expect.poll(() => deleted).toEqual(['a', 'b', 'c'])
  await stop()
  expect(batches.flat()).toEqual(['a', 'b', 'c'])
  expect(worker.figures.buriedMessages).toBe(0)
})

test('a transaction has at most so many bytes, unless one chunk has more', async () => {
  const sizes = { a: 400, b: 400, c: 400, d: 5_000, e: 10 }
  const all = Object.entries(sizes).map(([id, bytes]) => chunk(id, bytes))
  const { deleted, batches, stop } = workOn([all], {})
  await expect.poll(() => deleted).toHaveLength(5)
  await stop()
  expect(batches).toEqual([['a', 'b'], ['c'], ['d'], ['e']])
})

test('nothing more is received while so many bytes are held', async () => {
  const released = Promise.withResolvers<void>()
  const { worker, left, deleted, stop } = workOn(
    [[chunk('a', 3_000)], [chunk('b', 3_000)], [chunk('c', 3_000)]],
    {
      settings: { ...settings, HELD_BYTES: 6_000 },
      store: async (held) => {
        await released.promise
        return { stored: held.length, buried: 0, postponed: 0 }
      },
    },
  )
  await expect.poll(() => worker.held).toBe(2)
  // Longer than the receiver rests between two calls.
  await new Promise((resolve) => setTimeout(resolve, 150))
  expect([worker.held, left.length]).toEqual([2, 1])
  released.resolve()
  await expect.poll(() => deleted).toEqual(['a', 'b', 'c'])
  await stop()
})
