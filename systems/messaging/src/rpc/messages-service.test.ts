import { create } from '@bufbuild/protobuf'
import {
  Code,
  createHandlerContext,
  type ConnectRouter,
  type ServiceImpl,
} from '@connectrpc/connect'
import { Coalescer, createLog } from '@plimsoll/service'
import { expect, onTestFinished, test } from 'vitest'

import { Messages, PullManyRequestSchema, SendManyRequestSchema } from './generated/messaging.ts'
import { messagesService } from './messages-service.ts'

test('nothing is done for a caller that has left', async () => {
  let acquired = 0
  const coalescer = new Coalescer({
    connections: {
      size: 1,
      acquire: () => {
        acquired++
        return Promise.reject(new Error('no database'))
      },
      release: () => {},
      discard: () => {},
    },
    queueLimit: 10,
    queueTimeout: 1_000,
  })
  onTestFinished(() => coalescer[Symbol.dispose]())
  let found: Partial<ServiceImpl<typeof Messages>> = {}
  const router = {
    service: (_: unknown, methods: typeof found) => {
      found = methods
    },
  } as unknown as ConnectRouter
  const log = createLog({ service: 'test', level: 'silent' })
  messagesService({ coalescer, queueTimeout: 1_000, hasDatabase: () => true, log })(router)
  const context = (method: typeof Messages.method.sendMany | typeof Messages.method.pullMany) => {
    const left = createHandlerContext({
      service: Messages,
      method,
      protocolName: 'connect',
      requestMethod: 'POST',
      url: 'http://127.0.0.1/',
    })
    left.abort()
    return left
  }
  const message = { chat: 'a:b', sender: 'a', text: 'x' }
  const sends = create(SendManyRequestSchema, { messages: [message] })
  const pulls = create(PullManyRequestSchema, { pages: [{ chat: 'a:b' }] })
  const { sendMany, pullMany } = found
  await expect(sendMany?.(sends, context(Messages.method.sendMany))).rejects.toMatchObject({
    code: Code.Canceled,
  })
  await expect(pullMany?.(pulls, context(Messages.method.pullMany))).rejects.toMatchObject({
    code: Code.Canceled,
  })
  expect(acquired).toBe(0)
})
