import { expect, test } from 'vitest'
import type { ActionOptions } from '@plimsoll/workload'
import { CookieJar } from './cookie-jar.ts'
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

test('a form is sent as a browser sends it, and a text as it is', () => {
  const form = { name: 'a b&c', tag: ['x', 'y'], page: 2, gone: undefined }
  expect(writer.write('POST', reviews, { form }).text).toContain(
    'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 31\r\n\r\nname=a+b%26c&tag=x&tag=y&page=2',
  )
  const xml = { body: '<a/>', headers: { 'content-type': 'text/xml' } }
  expect(writer.write('POST', reviews, xml).text).toMatch(/content-type: text\/xml\r\n.*<a\/>$/s)
  expect(() => writer.write('POST', reviews, { form, json: 1 })).toThrow(
    /one of json, form, body and/,
  )
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
      'authorization: Bearer x\r\ncontent-type: application/x+json\r\nContent-Length: 2\r\n\r\n{}',
  )
})

test('standing headers and cookies come with every request, and an action can replace a header once', () => {
  const headers = writer.standing({ authorization: 'Bearer x', Accept: 'text/csv' }, null)
  const cookies = new CookieJar(() => 0)
  cookies.keep('HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/shop/reviews\r\n')
  const lines = (options?: ActionOptions) =>
    writer.write('GET', reviews, options, { headers, cookies }).text.split('\r\n').slice(3, -2)
  expect(lines()).toEqual(['Accept: text/csv', 'authorization: Bearer x', 'Cookie: a=1'])
  expect(lines({ headers: { authorization: 'Basic y', cookie: 'b=2' } })).toEqual([
    'Accept: text/csv',
    'authorization: Basic y',
    'cookie: b=2',
  ])
  expect(writer.standing({ Authorization: undefined }, headers).text).not.toContain('Bearer')
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

test.each(['wss://x', 'x', 'ftp://x/', 'http://x/?a=1'])('the target %s is refused', (url) => {
  expect(() => parseTarget(url)).toThrow(/Expected the address of a server/)
})

test('an IPv6 target keeps its brackets only in the Host header', () => {
  expect(parseTarget('http://[::1]:81')).toMatchObject({
    host: '::1',
    port: 81,
    authority: '[::1]:81',
  })
})
