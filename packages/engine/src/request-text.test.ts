import { expect, test } from 'vitest'
import { pathTemplate } from './path-template.ts'
import { requestWriter } from './request-text.ts'
import { parseTarget } from './target.ts'

const writer = requestWriter(parseTarget('http://127.0.0.1:8080/shop/'))
const reviews = pathTemplate('/reviews')

test('a plain GET is one head with the base path in front', () => {
  const expected =
    'GET /shop/reviews HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: plimsoll\r\nAccept: */*\r\n\r\n'
  expect(writer.write('GET', reviews, undefined)).toEqual({ text: expected, encoding: 'latin1' })
  expect(writer.write('GET', reviews, undefined).text).toBe(expected)
})

test('JSON is sent with its length in bytes, as UTF-8 when it needs to be', () => {
  const { text, encoding } = writer.write('POST', reviews, { json: { text: 'très' } })
  expect(encoding).toBe('utf8')
  expect(text).toContain(
    'Content-Type: application/json\r\nContent-Length: 16\r\n\r\n{"text":"très"}',
  )
  expect(writer.write('POST', reviews, { json: [1] }).encoding).toBe('latin1')
})

test('a write without a body says so', () => {
  expect(writer.write('POST', reviews, undefined).text).toContain('Content-Length: 0\r\n\r\n')
})

test('headers of the persona replace the standing ones', () => {
  const { text } = writer.write('PUT', reviews, {
    headers: {
      authorization: 'Bearer x',
      ACCEPT: 'text/csv',
      'content-type': 'application/x+json',
    },
    json: {},
  })
  expect(text).toBe(
    'PUT /shop/reviews HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: plimsoll\r\nACCEPT: text/csv\r\n' +
      'content-type: application/x+json\r\nauthorization: Bearer x\r\nContent-Length: 2\r\n\r\n{}',
  )
})

test.each([
  [{ 'content-length': '5' }],
  [{ 'Transfer-Encoding': 'chunked' }],
  [{ 'x y': '1' }],
  [{ x: 'a\r\nInjected: 1' }],
  [{ x: 'é' }],
])('the headers %j are refused', (headers) => {
  expect(() => writer.write('GET', reviews, { headers })).toThrow(TypeError)
})

test.each(['https://x', 'x', 'ftp://x/', 'http://x/?a=1'])('the target %s is refused', (url) => {
  expect(() => parseTarget(url)).toThrow(/Expected the address of a server/)
})

test('an IPv6 target keeps its brackets only in the Host header', () => {
  expect(parseTarget('http://[::1]:81')).toMatchObject({
    host: '::1',
    port: 81,
    authority: '[::1]:81',
  })
})
