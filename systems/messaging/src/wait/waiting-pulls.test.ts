import { expect, onTestFinished, test } from 'vitest'

import { WaitingPulls } from './waiting-pulls.ts'

function waitingOn(newest: (chats: readonly string[]) => Promise<readonly bigint[]>) {
  const waiting = new WaitingPulls({ newest, every_ms: 10, most: 100 })
  onTestFinished(() => waiting[Symbol.dispose]())
  return waiting
}

const never = () => Promise.reject(new Error('no store answers'))
const long = { timeout: 10_000, signal: new AbortController().signal }

test('a message that passes by wakes those whose cursor it reaches, and nobody else', async () => {
  const waiting = waitingOn(never)
  const woken: string[] = []
  const wait = (name: string, chat: string, cursor: number) =>
    waiting.until(chat, cursor, long).then(() => woken.push(name))
  const first = wait('reached', 'a:b', 5)
  const others = [wait('later', 'a:b', 6), wait('elsewhere', 'b:c', 0)]
  waiting.notice('a:b', 5)
  await first
  expect(woken).toEqual(['reached'])
  waiting.release()
  await Promise.all(others)
  expect(waiting.chats).toBe(0)
})

test('a message that came another way is found by asking', async () => {
  const waiting = waitingOn(async (chats) => chats.map((chat) => (chat === 'a:b' ? 7n : 0n)))
  await waiting.until('a:b', 7, long)
  expect(waiting.chats).toBe(0)
})

test('waiting ends by itself, and nobody waits any more once it is released', async () => {
  const waiting = waitingOn(never)
  await waiting.until('a:b', 0, { ...long, timeout: 20 })
  expect(waiting.chats).toBe(0)
  waiting.release()
  await waiting.until('a:b', 0, long)
})
