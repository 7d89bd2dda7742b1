import { expect, test } from 'vitest'

import { textBytes } from '../chats/chat.ts'
import {
  mostAnswerBytes,
  mostTextAtOnce,
  mostTextPerPage,
  pageBytes,
  pageJson,
  pageOf,
  pullDistinct,
  type CheckedPage,
} from './page.ts'

const stored = [10, 20, 30].map((send_time, i) => ({
  chat: 'a:b',
  text: `"${i}",\n"send_time":7`,
  sender: 'a',
  send_time,
  seq: i + 1,
}))
const messages = stored.map((each) => JSON.stringify(each))
const page: CheckedPage = { chat: 'a:b', cursor: 0, limit: 2, reverse: false, after: 0 }

test('a message more than was asked for is the next cursor', () => {
  const { messages: found, ...rest } = pageOf(messages, page)
  expect(found).toHaveLength(2)
  expect(rest).toEqual({ has_more: true, next_cursor: 30 })
})

test('the last page forwards goes on after its last message', () => {
  expect(pageOf(messages.slice(0, 2), page)).toMatchObject({ has_more: false, next_cursor: 21 })
})

test('the last page backwards goes on before its oldest message', () => {
  const found = pageOf(messages.slice(0, 2).toReversed(), { ...page, reverse: true })
  expect(found).toMatchObject({ has_more: false, next_cursor: 9 })
})

test('an empty page goes on where it began, and never at 0', () => {
  expect(pageOf([], { ...page, cursor: 7 }).next_cursor).toBe(7)
  expect(pageOf([], page).next_cursor).toBe(1)
  expect(pageOf([], { ...page, reverse: true }).next_cursor).toBe(1)
})

for (const [what, letter, fitting] of [
  ['large texts', 'x', 60],
  ['large texts that JSON makes six times larger', '\u0001', 10],
] as const) {
  test(`a page of ${what} is cut, and the next begins at the first message left out`, () => {
    const large = Array.from({ length: 101 }, (_, i) =>
      JSON.stringify({
        text: letter.repeat(16_384),
        sender: 'a',
        send_time: 10 * (i + 1),
        seq: i + 1,
      }),
    )
    const found = pageOf(large, { ...page, limit: 100 })
    expect(found.messages).toEqual(large.slice(0, fitting))
    expect(found).toMatchObject({ has_more: true, next_cursor: 10 * (fitting + 1) })
    expect(pageJson(found).length).toBeLessThan(1_030_000)
  })
}

test('a page is JSON with everything in it', () => {
  expect(JSON.parse(pageJson(pageOf(messages, page)))).toEqual({
    messages: stored.slice(0, 2),
    has_more: true,
    next_cursor: 30,
  })
  expect(JSON.parse(pageJson(pageOf([], page)))).toEqual({
    messages: [],
    has_more: false,
    next_cursor: 1,
  })
})

test('a page that many want is asked for once', async () => {
  const other = { ...page, cursor: 5 }
  const asked: (readonly CheckedPage[])[] = []
  const answers = await pullDistinct([page, other, page, { ...page }], async (pages) => {
    asked.push(pages)
    return pages.map(({ cursor }) => cursor)
  })
  expect(asked).toEqual([[page, other]])
  expect(answers).toEqual([0, 5, 0, 0])
})

test('whatever their limit, the pages of one call fit into its answer', () => {
  const mostJson = 6 * textBytes + 500
  const tooLarge = Array.from({ length: 100 }, (_, n) => n + 1).filter((limit) => {
    const pages = Math.min(256, Math.floor(mostTextAtOnce / pageBytes({ ...page, limit })))
    const most = Math.min((limit + 1) * mostJson, mostTextPerPage + mostJson)
    return pages * most > mostAnswerBytes
  })
  expect(tooLarge).toEqual([])
})
