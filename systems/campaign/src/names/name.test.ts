import { expect, test } from 'vitest'
import { nameFrom, nameKey, nameKeyWithin } from './name.ts'

const team = { field: 'team_name', longest: 50, words: 'several' } as const
const user = { field: 'user_name', longest: 50, words: 'one' } as const

test.each([
  ['\u0065\u0301lan', 'élan', 'an accent apart from its letter'],
  ['Ａlpha', 'alpha', 'a full-width letter'],
  ['ﬁre', 'fire', 'a ligature'],
  ['ALPHA', 'alpha', 'capitals'],
  ['ѕсоре', 'scope', 'Cyrillic letters'],
  ['ВАТ', 'bat', 'Cyrillic capitals'],
  ['Ёу', 'ëy', 'Cyrillic letters with an accent'],
  ['ΤΟΜ', 'tom', 'Greek capitals'],
  ['Κόκα', 'kóka', 'Greek letters with an accent'],
])('%s and %s are twins: %s', (one, other) => {
  expect(nameKey(one)).toBe(nameKey(other))
})

test('a name is shown as it was given', () => {
  expect(nameFrom('Team Élan №7 🎉', team)).toEqual({
    shown: 'Team Élan №7 🎉',
    key: 'team élan no7 🎉',
  })
  expect(nameFrom('Команда мечты', team).shown).toBe('Команда мечты')
})

test.each([
  ['', 'must not be blank'],
  ['   ', 'must not be blank'],
  [' alpha', 'single spaces'],
  ['alpha ', 'single spaces'],
  ['al  pha', 'single spaces'],
  ['al\u00a0pha', 'single spaces'],
  ['al\u200bpha', 'nobody sees'],
  ['al\u202epha', 'nobody sees'],
  ['al\npha', 'nobody sees'],
  ['p\u0430ypal', 'mix alphabets'],
  ['\ufdfa'.repeat(50), 'too long when it is written out'],
  ['x'.repeat(10_000), 'at most 50 characters, found 10000'],
])('%j is no name: %s', (name, reason) => {
  expect(() => nameFrom(name, team)).toThrow(reason)
})

test('a name may be looked for by letters and accents that are apart', () => {
  const apart = '\u03b1\u0313\u0300\u0345'.repeat(50)
  expect(nameFrom(apart, team).shown).toBe('\u1f82'.repeat(50))
  expect(nameKeyWithin(apart, 50)).toBe(nameKey('\u1f82'.repeat(50)))
})

test('a letter with ten thousand accents is refused before they are put in order', () => {
  const text = `a${'\u0301\u0323'.repeat(9_999)}`
  const since = performance.now()
  expect(() => nameFrom(text, team)).toThrow('at most 50 characters')
  expect(nameKeyWithin(text, 50)).toBeUndefined()
  expect(performance.now() - since).toBeLessThan(100)
})

test('a user is one word', () => {
  expect(() => nameFrom('two words', user)).toThrow('must not contain spaces')
  expect(nameFrom('one_word', user).key).toBe('one_word')
})
