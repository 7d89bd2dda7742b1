import { randomStream } from '@plimsoll/workload'
import { expect, test } from 'vitest'

import { NewestPages } from './newest-pages.ts'
import { linesFitting, messagesIn, pageJson, pageOf, type CheckedPage } from './page.ts'

const caller = { expires: Infinity, response: { destroyed: false } }
const newest = (chat: string, limit = 3): CheckedPage => ({
  chat,
  cursor: 0,
  limit,
  reverse: true,
  after: 0,
})

/** Chats to which is only added, and what was asked about them. */
class Chats {
  readonly asked: CheckedPage[] = []
  readonly #messages = new Map<string, { send_time: number; json: string }[]>()
  readonly #watchers = new Set<() => void>()

  add(chat: string, send_time: number, text = ''): void {
    const json = JSON.stringify({ chat, text, sender: 'a', send_time, seq: 1 })
    this.#messages.set(chat, [{ send_time, json }, ...(this.#messages.get(chat) ?? [])])
    for (const told of this.#watchers) told()
  }

  /** Calls `told` whenever something was added, until it is stopped. */
  watch(told: () => void): { stop: () => void } {
    this.#watchers.add(told)
    return { stop: () => this.#watchers.delete(told) }
  }

  lines({ chat, limit, after }: CheckedPage): string {
    const found = (this.#messages.get(chat) ?? []).filter(({ send_time }) => send_time > after)
    const lines = found.slice(0, limit + 1).map(({ json }) => json)
    return linesFitting(lines.join('\n'), limit)
  }

  /** The page that a read of everything gives. */
  whole(page: CheckedPage): string {
    return pageJson(pageOf(messagesIn(this.lines(page)), page))
  }

  readonly ask = async (page: CheckedPage) => {
    this.asked.push(page)
    return this.lines(page)
  }
}

test('only what came after the kept page is asked for, and the page is whole', async () => {
  const chats = new Chats()
  const pages = new NewestPages(chats.ask)
  const page = newest('a:b')
  const look = async () => {
    const { json, messages } = await pages.pull(page, caller)
    expect([json, messages]).toEqual([chats.whole(page), 3])
  }
  for (const time of [10, 20, 30, 40, 50]) chats.add('a:b', time)
  await look()
  await look()
  chats.add('a:b', 60)
  await look()
  for (const time of [70, 80, 90, 100]) chats.add('a:b', time)
  await look()
  expect(chats.asked.map(({ after }) => after)).toEqual([0, 50, 50, 60, 0])
  expect([pages.kept, pages.unchanged]).toEqual([1, 1])
})

test('a page that is asked for twice has no more time than one that is not', async () => {
  const chats = new Chats()
  const expiries: number[] = []
  const pages = new NewestPages(async (page, { expires }) => {
    expiries.push(expires)
    return await chats.ask(page)
  })
  chats.add('a:b', 1)
  await pages.pull(newest('a:b', 10), { ...caller, expires: 1_000 })
  for (const time of [2, 3, 4, 5, 6]) chats.add('a:b', time)
  await pages.pull(newest('a:b', 10), { ...caller, expires: 2_000 })
  expect(expiries).toEqual([1_000, 2_000, 2_000])
})

test('pages forwards and from a cursor are asked for whole', async () => {
  const chats = new Chats()
  const pages = new NewestPages(chats.ask)
  chats.add('a:b', 10)
  for (const other of [{ cursor: 10 }, { reverse: false }]) {
    for (let n = 0; n < 2; n++) await pages.pull({ ...newest('a:b'), ...other }, caller)
  }
  expect(chats.asked.map(({ after }) => after)).toEqual([0, 0, 0, 0])
  expect(pages.kept).toBe(0)
})

test('what a store refuses changes nothing of what is kept', async () => {
  const chats = new Chats()
  let isAway = false
  const pages = new NewestPages(async (page) => {
    if (isAway) throw new Error('away')
    return await chats.ask(page)
  })
  chats.add('a:b', 10)
  await pages.pull(newest('a:b'), caller)
  isAway = true
  await expect(pages.pull(newest('a:b'), caller)).rejects.toThrow('away')
  isAway = false
  chats.add('a:b', 20)
  expect((await pages.pull(newest('a:b'), caller)).json).toBe(chats.whole(newest('a:b')))
})

test('chats without messages and pages too large are not kept', async () => {
  const chats = new Chats()
  const pages = new NewestPages(chats.ask)
  for (let time = 1; time <= 200; time++) chats.add('la:rge', time, 'x'.repeat(16_384))
  // A small message on the page, a large one that only says where the next begins.
  chats.add('on:e', 1, 'x'.repeat(90_000))
  chats.add('on:e', 2)
  for (const page of [newest('em:pty'), newest('la:rge', 100), newest('on:e', 1)]) {
    expect((await pages.pull(page, caller)).json).toBe(chats.whole(page))
  }
  expect(pages.kept).toBe(0)
})

test('whatever is sent meanwhile, a page is neither older than its request nor newer than its answer', async () => {
  const seed = 20_261_129
  console.info(`seed ${seed}`)
  const random = randomStream(seed, 1)
  const chats = new Chats()
  let time = 0
  const add = () => {
    const text = random.chance(0.05) ? 'y'.repeat(300_000) : ''
    chats.add(random.pick(names), (time += random.integer({ from: 1, to: 3 })), text)
  }
  const names = ['a:b', 'c:d']
  const pages = new NewestPages(async (page) => {
    for (let n = random.integer({ from: 0, to: 5 }); n > 0; n--) await Promise.resolve()
    const lines = await chats.ask(page)
    if (random.chance(0.3)) add()
    for (let n = random.integer({ from: 0, to: 5 }); n > 0; n--) await Promise.resolve()
    return lines
  })
  const wrong: string[] = []
  const look = async () => {
    const page = newest(random.pick(names), random.integer({ from: 1, to: 6 }))
    const states = [chats.whole(page)]
    const watch = chats.watch(() => states.push(chats.whole(page)))
    const found = (await pages.pull(page, caller)).json
    watch.stop()
    if (!states.includes(found)) wrong.push(found.slice(0, 500))
  }
  for (let round = 0; round < 500; round++) {
    for (let n = random.integer({ from: 0, to: 3 }); n > 0; n--) add()
    await Promise.all(Array.from({ length: 4 }, look))
  }
  expect(wrong).toEqual([])
  expect(pages.unchanged).toBeGreaterThan(100)
})
