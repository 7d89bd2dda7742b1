import { expect, test } from 'vitest'
import { pastOf } from './transcript.ts'

const now = 1_700_000_000_000_000

function past(...turns: readonly (readonly [by: string, text: string, at?: number])[]) {
  const said = turns.map(([by, text, at]) => ({ by, text, at }))
  return pastOf({ key: 'k', asker: 'ann', turns: said }, now)
}

test('a question that nobody answered waits, and all of it is unread by the experts', () => {
  const { claims, unread_expert, unread_initiator } = past(['ann', 'Hello?'], ['ann', 'Anybody?'])
  expect({ claims, unread_expert, unread_initiator }).toEqual({
    claims: [],
    unread_expert: 2,
    unread_initiator: 0,
  })
})

test('who speaks has read what the other side said before, and not what came after', () => {
  const { messages, unread_expert, unread_initiator } = past(
    ['ann', 'Why?'],
    ['bob', 'Because.'],
    ['ann', 'Oh.'],
    ['bob', 'Yes.'],
    ['bob', 'Indeed.'],
  )
  expect(messages.map(({ is_read }) => is_read)).toEqual([true, true, true, false, false])
  expect({ unread_expert, unread_initiator }).toEqual({ unread_expert: 0, unread_initiator: 2 })
})

test('when another expert speaks the conversation has changed hands', () => {
  const { claims } = past(
    ['ann', 'Why?', now],
    ['bob', 'Because.', now + 5],
    ['cid', 'No!', now + 9],
    ['ann', 'Oh.', now + 10],
    ['bob', 'Yes.', now + 12],
  )
  expect(claims).toEqual([
    { expert: 'bob', status: 'unassigned', assigned_at: now + 5, ended_at: now + 9, told_seq: 2 },
    { expert: 'cid', status: 'unassigned', assigned_at: now + 9, ended_at: now + 12, told_seq: 4 },
    { expert: 'bob', status: 'resolved', assigned_at: now + 12, ended_at: now + 12, told_seq: 5 },
  ])
})

test('what was said in one second stays in its order for clients that sort by time', () => {
  const { messages } = past(['ann', 'a', now], ['bob', 'b', now], ['ann', 'c', now + 1])
  expect(messages.map(({ at }) => at - now)).toEqual([0, 1, 2])
})

test('the title is the first line of the question, cut between words', () => {
  expect(past(['bob', 'Hi!'], ['ann', ' Where is it?\r\nI wait.']).title).toBe('Where is it?')
  const long = past(['ann', 'word '.repeat(40)]).title
  expect(long).toBe(`${'word '.repeat(15).trim()}…`)
})
