import { expect, test } from 'vitest'
import { CookieJar } from './cookie-jar.ts'

const head = (...lines: string[]) =>
  `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join('')}`
const set = (value: string) => `Set-Cookie: ${value}`

function jar(...lines: string[]) {
  let now = 1_000
  const cookies = new CookieJar(() => now)
  cookies.keep(head(...lines))
  return { cookies, pass: (ms: number) => (now += ms) }
}

test('cookies are sent as they were set, in order', () => {
  const { cookies } = jar(set('sid=abc; Path=/; HttpOnly; SameSite=Lax'), 'set-cookie: b=2=2')
  expect(cookies.lineFor('/x')).toBe('Cookie: sid=abc; b=2=2\r\n')
  expect(cookies.get('sid')).toBe('abc')
  expect(cookies.get('none')).toBeUndefined()
})

test('a cookie set again is replaced, and one set into the past is gone', () => {
  const { cookies } = jar(set('a=1'), set('b=1'), set('c=1'))
  cookies.keep(
    head(set('a=2'), set('b=; Max-Age=0'), set('c=; Expires=Thu, 01 Jan 1970 00:00:00 GMT')),
  )
  expect(cookies.lineFor('/')).toBe('Cookie: a=2\r\n')
})

test('a cookie is sent only below its path', () => {
  const { cookies } = jar(set('a=1; Path=/auth'))
  const sent = ['/auth', '/auth/me', '/auth?x=1', '/authors', '/'].filter(
    (path) => cookies.lineFor(path) !== '',
  )
  expect(sent).toEqual(['/auth', '/auth/me', '/auth?x=1'])
})

test('a cookie ends when it said it would, by the clock of the server', () => {
  const { cookies, pass } = jar(
    'Date: Fri, 20 Nov 2026 10:00:00 GMT',
    set('a=1; Max-Age=10; Expires=Fri, 20 Nov 2030 10:00:00 GMT'),
    set('b=1; Expires=Fri, 20 Nov 2026 10:00:20 GMT'),
  )
  expect(cookies.lineFor('/')).toBe('Cookie: a=1; b=1\r\n')
  pass(10_000)
  expect(cookies.lineFor('/')).toBe('Cookie: b=1\r\n')
  expect(cookies.get('a')).toBeUndefined()
  pass(10_000)
  expect(cookies.lineFor('/')).toBe('')
})

test.each(['=x', 'novalue', 'a=\u00e9', `a=${'x'.repeat(5_000)}`])('%j is no cookie', (value) => {
  expect(jar(set(value)).cookies.lineFor('/')).toBe('')
})

test('a server cannot fill the memory with cookies', () => {
  const { cookies } = jar(...Array.from({ length: 200 }, (_, n) => set(`c${n}=1`)))
  expect(cookies.lineFor('/').split(';')).toHaveLength(50)
})
