// A service that takes work and one that does it, as small as can be: `pipeline.ts api|worker`. The first
// answers 201 once the queue holds the work, 503 when it does not; the second takes WORK_MS over each message.

import { createServer, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const { PORT, QUEUE_URL = '', CACHE_URL = '', WORK_MS = '0' } = process.env
const role = process.argv[2]
const name = QUEUE_URL.split('/').at(-1)
let done = 0
let lag_seconds = 0

async function sqs<T>(action: string, body: object): Promise<T> {
  const answer = await fetch(new URL(QUEUE_URL).origin, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
    },
    body: JSON.stringify({ QueueUrl: QUEUE_URL, ...body }),
    signal: AbortSignal.timeout(3_000),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${action} was answered ${answer.status} ${text}`)
  return (text === '' ? {} : JSON.parse(text)) as T
}

interface Received {
  readonly Messages?: readonly { readonly ReceiptHandle: string; readonly Body: string }[]
}

async function work(): Promise<void> {
  const { Messages = [] } = await sqs<Received>('ReceiveMessage', {
    MaxNumberOfMessages: 1,
    WaitTimeSeconds: 1,
    VisibilityTimeout: 2,
  })
  for (const { ReceiptHandle, Body } of Messages) {
    await sleep(Number(WORK_MS))
    await sqs('DeleteMessage', { ReceiptHandle })
    done += 1
    lag_seconds = (performance.timeOrigin + performance.now() - Number(Body)) / 1_000
  }
}

async function accept(request: IncomingMessage): Promise<number> {
  for await (const chunk of request) void chunk
  if (request.method !== 'POST') return 200
  try {
    await sqs('SendMessage', { MessageBody: String(performance.timeOrigin + performance.now()) })
    return 201
  } catch {
    return 503
  }
}

await sqs('CreateQueue', { QueueName: name })
const server = createServer((request, answer) => {
  if (request.url === '/metrics') {
    answer.end(`work_done_total ${done}\nqueue_lag_p99_seconds ${lag_seconds}\n`)
    return
  }
  void accept(request).then((status) => {
    answer.writeHead(status, { 'content-type': 'application/json' })
    answer.end(JSON.stringify({ queue: QUEUE_URL, cache: CACHE_URL }))
    return status
  })
})
server.listen(Number(PORT), '127.0.0.1')
if (role === 'worker') for (;;) await work().catch(() => sleep(200))
