import { expect, test } from 'vitest'

import { chatName, checkText, Fault, isMember, senderIn } from './chat.ts'

test.for([
  ['a:b', 'a:b'],
  ['b:a', 'a:b'],
  [' B : a ', 'a:b'],
  ['ÉVE:bob', 'bob:éve'],
  ['e\u0301ve:bob', 'bob:éve'],
  ['a\u00a0b:c', 'ab:c'],
  ['a-1:a_1', 'a-1:a_1'],
  [`${'z'.repeat(64)}:${'y'.repeat(64)}`, `${'y'.repeat(64)}:${'z'.repeat(64)}`],
])('%s is the chat %s', ([given = '', name]) => {
  expect(chatName(given)).toBe(name)
})

test.for([
  '',
  ':',
  'a',
  'a:',
  ':b',
  'a:b:c',
  'a:a',
  'a:A',
  `a:${'é'.repeat(33)}`,
  'a:b\0',
  'a:\ud800',
])('%j is no chat', (given) => {
  expect(() => chatName(given)).toThrow(Fault)
})

test('a sender is one of the two members, written in any way', () => {
  expect(senderIn('a:b', ' B ')).toBe('b')
  for (const stranger of ['', 'c', 'a:b', 'ab']) {
    expect(() => senderIn('a:b', stranger)).toThrow(Fault)
  }
})

test('a member is a whole name', () => {
  expect([isMember('ann:bob', 'ann'), isMember('ann:bob', 'bob')]).toEqual([true, true])
  expect([isMember('ann:bob', 'an'), isMember('ann:bob', 'ann:bob')]).toEqual([false, false])
})

test('a text has 1 to 16,384 bytes', () => {
  expect(() => checkText('é'.repeat(8_192))).not.toThrow()
  for (const text of ['', `x${'é'.repeat(8_192)}`, 'a\0b', '\udc00']) {
    expect(() => checkText(text)).toThrow(Fault)
  }
})
