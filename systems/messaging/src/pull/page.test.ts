import { expect, test } from 'vitest'

import { pageJson, pageOf, pullDistinct, type CheckedPage } from './page.ts'

const messages = [10, 20, 30].map((time, i) => ({
  text: `"${i}"`,
  sender: 'a',
  send_time: String(time),
  seq: String(i + 1),
}))
const page: CheckedPage = { chat: 'a:b', cursor: 0, limit: 2, reverse: false }

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
  ['large texts', 'x', 61],
  ['large texts that JSON makes six times larger', '\u0001', 10],
] as const) {
  test(`a page of ${what} is cut, and the next begins at the first message left out`, () => {
    const large = Array.from({ length: 101 }, (_, i) => ({
      text: letter.repeat(16_384),
      sender: 'a',
      send_time: String(10 * (i + 1)),
      seq: String(i + 1),
    }))
    const found = pageOf(large, { ...page, limit: 100 })
    expect(found.messages).toEqual(large.slice(0, fitting))
    expect(found).toMatchObject({ has_more: true, next_cursor: 10 * (fitting + 1) })
    expect(pageJson('a:b', found).length).toBeLessThan(1_030_000)
  })
}

test('a page is JSON with everything in it', () => {
  expect(JSON.parse(pageJson('a:b', pageOf(messages, page)))).toEqual({
    messages: [
      { chat: 'a:b', text: '"0"', sender: 'a', send_time: 10, seq: 1 },
      { chat: 'a:b', text: '"1"', sender: 'a', send_time: 20, seq: 2 },
    ],
    has_more: true,
    next_cursor: 30,
  })
  expect(JSON.parse(pageJson('a:b', pageOf([], page)))).toEqual({
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
