import { randomBytes } from 'node:crypto'
import { QueueError } from '@plimsoll/service/queue'
import { expect, test } from 'vitest'

import { decodeChunk } from '../records/chunk.ts'
import { Packer, type NotTaken } from './packer.ts'

/** A queue whose answers the test gives. */
function queueByHand() {
  const sent: { lines: string; rows: number; end: PromiseWithResolvers<void> }[] = []
  const send = (body: string) => {
    const chunk = decodeChunk(body)
    const end = Promise.withResolvers<void>()
    sent.push({ lines: String(chunk?.lines), rows: chunk?.rows ?? 0, end })
    return end.promise
  }
  return { sent, send }
}

const usual = { senders: 1, chunkBytes: 1_000, pendingBytes: 10_000, deadline: 500, clock: () => 0 }
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
const failureOf = (promise: Promise<void>) =>
  promise.then(
    () => 'taken',
    (error: unknown) => (error as NotTaken).failure,
  )

test('records that arrive together go together, and at once', async () => {
  const { sent, send } = queueByHand()
  using packer = new Packer({ ...usual, send })
  const all = Promise.all(['a\n', 'b\n', 'c\n'].map((line) => packer.add(line, 1)))
  await turn()
  expect(sent.map(({ lines, rows }) => [lines, rows])).toEqual([['a\nb\nc\n', 3]])
  sent[0]?.end.resolve()
  await all
  expect(packer.figures()).toEqual({ records: 3, chunks: 1, pendingBytes: 0 })
})

test('what arrives while a chunk is on its way gathers, up to the size of a chunk', async () => {
  const { sent, send } = queueByHand()
  using packer = new Packer({ ...usual, send })
  const first = packer.add('first\n', 1)
  await turn()
  const rest = Array.from({ length: 5 }, () => packer.add(`${'x'.repeat(399)}\n`, 1))
  await turn()
  expect(sent).toHaveLength(1)
  for (let i = 0; i < 4; i += 1) {
    sent[i]?.end.resolve()
    await turn()
  }
  await Promise.all([first, ...rest])
  expect(sent.map(({ rows }) => rows)).toEqual([1, 2, 2, 1])
})

test('nothing counts as taken before the queue has said so', async () => {
  const { sent, send } = queueByHand()
  using packer = new Packer({ ...usual, send })
  let isTaken = false
  const added = packer.add('a\n', 1).then(() => (isTaken = true))
  await turn()
  expect(isTaken).toBe(false)
  sent[0]?.end.resolve()
  await added
})

test('a queue that refuses refuses all who wait, and for a moment all who come', async () => {
  const { sent, send } = queueByHand()
  using packer = new Packer({ ...usual, send })
  const first = failureOf(packer.add('a\n', 1))
  await turn()
  const second = failureOf(packer.add('b\n', 1))
  sent[0]?.end.reject(new QueueError('refused', 'down'))
  expect([await first, await second, await failureOf(packer.add('c\n', 1))]).toEqual([
    'refused',
    'refused',
    'refused',
  ])
  expect(packer.figures().pendingBytes).toBe(0)
})

test('a chunk whose sending is lost is sent again; refused after that, it is still unknown', async () => {
  const { sent, send } = queueByHand()
  using packer = new Packer({ ...usual, send })
  const once = failureOf(packer.add('a\n', 1))
  await turn()
  sent[0]?.end.reject(new QueueError('lost', 'cut'))
  await expect.poll(() => sent.length).toBe(2)
  expect(sent[1]?.lines).toBe('a\n')
  sent[1]?.end.resolve()
  expect(await once).toBe('taken')
  const twice = failureOf(packer.add('b\n', 1))
  await turn()
  sent[2]?.end.reject(new QueueError('lost', 'cut'))
  await expect.poll(() => sent.length).toBe(4)
  sent[3]?.end.reject(new QueueError('refused', 'down'))
  expect(await twice).toBe('lost')
})

test('records that wait too long behind a stuck sender are refused: they were never sent', async () => {
  const { sent, send } = queueByHand()
  let now = 0
  using packer = new Packer({ ...usual, send, deadline: 60, now: () => now })
  const first = packer.add('a\n', 1)
  await turn()
  const second = failureOf(packer.add('b\n', 1))
  now = 60
  expect(await second).toBe('refused')
  sent[0]?.end.resolve()
  await first
  expect(sent).toHaveLength(1)
})

test('what waits is bounded in bytes', async () => {
  const { send } = queueByHand()
  const packer = new Packer({ ...usual, send, pendingBytes: 1_024 })
  const waiting = failureOf(packer.add(`${'x'.repeat(1_000)}\n`, 1))
  expect(await failureOf(packer.add(`${'y'.repeat(100)}\n`, 1))).toBe('refused')
  packer[Symbol.dispose]()
  expect(await waiting).toBe('refused')
})

test('a record that does not fit into a message even compressed is too large', async () => {
  const { send } = queueByHand()
  using packer = new Packer({ ...usual, send, pendingBytes: 10_000_000 })
  const noise = randomBytes(1_500_000).toString('base64')
  expect(await failureOf(packer.add(noise, 1))).toBe('tooLarge')
})

test('a record that is longer than what is read from a chunk is too large, however well it compresses', async () => {
  const { sent, send } = queueByHand()
  using packer = new Packer({ ...usual, send, pendingBytes: 100_000_000 })
  expect(await failureOf(packer.add('x'.repeat(8_388_609), 1))).toBe('tooLarge')
  expect(sent).toEqual([])
})
