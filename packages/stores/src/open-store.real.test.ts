import { networkInterfaces } from 'node:os'
import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { needs } from '../../../test/optional-part.ts'
import { cacheFolder, makeCacheFolder } from './cache-folder.ts'
import { exists } from './copy-folder.ts'
import { openCache, openDiscovery, openQueue } from './open-store.ts'
import { isRunning } from './process-tree.ts'
import { putAwayAbandoned } from './temporary-folder.ts'

async function sqs<T>(url: string, action: string, body: object): Promise<T> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
    },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${action}: ${answer.status} ${await answer.text()}`)
  const text = await answer.text()
  return (text === '' ? {} : JSON.parse(text)) as T
}

const opener = `
  import { openQueue } from ${JSON.stringify(import.meta.resolve('./open-store.ts'))}
  const queue = await openQueue({ cache: process.argv[1] })
  process.stdout.write(String(queue.pid))
  setInterval(() => {}, 1000)
`

interface Received {
  readonly Messages?: readonly { readonly Body: string; readonly ReceiptHandle: string }[]
}

test('what the queue has taken is there after kill -9, also what a dead worker was holding', async () => {
  await using queue = await openQueue()
  const { QueueUrl } = await sqs<{ QueueUrl: string }>(queue.url, 'CreateQueue', {
    QueueName: 'logs',
    Attributes: { VisibilityTimeout: '1' },
  })
  for (const MessageBody of ['one', 'two', 'three']) {
    await sqs(queue.url, 'SendMessage', { QueueUrl, MessageBody })
  }
  const held = await sqs<Received>(queue.url, 'ReceiveMessage', {
    QueueUrl,
    MaxNumberOfMessages: 2,
  })
  const [done] = held.Messages ?? []
  await sqs(queue.url, 'DeleteMessage', { QueueUrl, ReceiptHandle: done?.ReceiptHandle })
  const before = queue.pid
  await queue.kill()
  expect(await isRunning(before)).toBe(false)
  await queue.restart()

  const bodies = new Set<string>()
  for (let tries = 0; bodies.size < 2 && tries < 10; tries += 1) {
    const { Messages = [] } = await sqs<Received>(queue.url, 'ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
    })
    for (const { Body } of Messages) bodies.add(Body)
  }
  expect([...bodies].toSorted()).toEqual(
    ['one', 'two', 'three'].filter((one) => one !== done?.Body).toSorted(),
  )
})

test('the queue tells how much waits, how much is in flight, and how old the oldest of it is', async () => {
  await using queue = await openQueue()
  const create = (QueueName: string, Attributes = {}) =>
    sqs<{ QueueUrl: string }>(queue.url, 'CreateQueue', { QueueName, Attributes })
  await create('logs-dlq')
  const { QueueUrl } = await create('logs')
  await sqs(queue.url, 'SendMessage', { QueueUrl, MessageBody: 'one' })
  await sqs(queue.url, 'SendMessage', { QueueUrl, MessageBody: 'two' })
  await sqs(queue.url, 'ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 1 })
  const text = await (await fetch(`${queue.url}/metrics`)).text()
  expect(text).toContain('queue_depth{queue="logs"} 1\n')
  expect(text).toContain('queue_in_flight{queue="logs"} 1\n')
  expect(text).toContain('queue_dead_letters{queue="logs-dlq"} 0\n')
  expect(Number(/queue_oldest_age_seconds\{queue="logs"\} (\S+)/.exec(text)?.[1])).toBeLessThan(10)
})

test('the queue listens on loopback only', async (context) => {
  const other = Object.values(networkInterfaces())
    .flat()
    .find((one) => one !== undefined && !one.internal && one.family === 'IPv4')
  if (other === undefined) context.skip('this machine has no address but loopback')
  await using queue = await openQueue()
  const outcome = await new Promise((resolve) => {
    const socket = connect({ port: queue.port, host: other?.address ?? '' })
    socket.once('connect', () => resolve('connected')).once('error', () => resolve('refused'))
  })
  expect(outcome).toBe('refused')
})

test('a queue that is put away leaves neither process nor folder', async () => {
  const queue = await openQueue()
  const { pid, folder } = queue
  await queue[Symbol.asyncDispose]()
  expect(await isRunning(pid)).toBe(false)
  expect(await exists(folder)).toBe(false)
})

test('a queue whose lab was killed is put away by the next one', async () => {
  await makeCacheFolder(cacheFolder())
  const cache = await mkdtemp(join(cacheFolder(), 'test-'))
  try {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', opener, cache], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const pid = await new Promise<number>((resolve, reject) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())))
      child.once('exit', () => reject(new Error('the child ended before its queue was ready')))
    })
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    expect(await isRunning(pid)).toBe(true)
    expect(await putAwayAbandoned(cache)).toBe(1)
    expect(await isRunning(pid)).toBe(false)
  } finally {
    await rm(cache, { recursive: true, force: true })
  }
})

test('a cache comes back empty after kill -9, on the same port', async (context) => {
  needs('redis-server', context)
  await using cache = await openCache()
  const { port } = cache
  expect(await redis(port, 'SET a 1')).toBe('+OK')
  expect(await redis(port, 'GET a')).toBe('$1\r\n1')
  await cache.kill()
  await cache.restart()
  expect(cache.port).toBe(port)
  expect(await redis(port, 'GET a')).toBe('$-1')
})

test('a discovery comes back with what it knew after kill -9, on the same port', async (context) => {
  needs('etcd', context)
  await using discovery = await openDiscovery()
  const { port } = discovery
  const etcd = async (path: string, body: object) => {
    const answer = await fetch(`${discovery.url}/v3/kv/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    return (await answer.json()) as { kvs?: readonly { value: string }[] }
  }
  const key = Buffer.from('a').toString('base64')
  await etcd('put', { key, value: Buffer.from('1').toString('base64') })
  await discovery.kill()
  await discovery.restart()
  expect(discovery.port).toBe(port)
  const { kvs = [] } = await etcd('range', { key })
  expect(kvs.map(({ value }) => Buffer.from(value, 'base64').toString())).toEqual(['1'])
})

function redis(port: number, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('error', reject)
    socket.once('data', (chunk) => {
      socket.destroy()
      resolve(chunk.toString().trim())
    })
    socket.write(`${line}\r\n`)
  })
}
