import { expect, test } from 'vitest'
import { newSession, readCookie, sessionCookie, sessionKey } from './session-cookie.ts'

test('a session’s secret leads to its key, and two sessions share nothing', () => {
  const [one, two] = [newSession(), newSession()]
  expect(sessionKey(one.secret)).toEqual(one.key)
  expect(one.secret).not.toBe(two.secret)
  expect(one.key.toString('hex')).not.toContain(one.secret)
})

test('the cookie is for HTTP alone and not for other sites; an empty one is taken away', () => {
  const options = { name: 's', lifetime_seconds: 60, secure: true }
  expect(sessionCookie('x', options)).toBe(
    's=x; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure',
  )
  expect(sessionCookie('', { ...options, secure: false })).toBe(
    's=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax',
  )
})

test.each([
  ['a=1; s=2', '2'],
  ['s=2;a=1', '2'],
  [' s = 2 ', '2'],
  ['s=a=b', 'a=b'],
  ['xs=1; ss=2', undefined],
  ['s', undefined],
  ['', undefined],
  [undefined, undefined],
])('in %j the cookie s is %j', (header, value) => {
  expect(readCookie(header, 's')).toBe(value)
})
