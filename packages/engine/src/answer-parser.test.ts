import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { answerCases } from './answer-cases.ts'
import { broken, expectedVerdict, ours } from './answer-judges.ts'
import { AnswerParser } from './answer-parser.ts'

test.each(answerCases)('$what: the verdict is that of Node', async ({ method, bytes }) => {
  const buffer = Buffer.from(bytes, 'latin1')
  expect(ours(method, buffer).verdict).toBe(await expectedVerdict(method, buffer))
})

test('wherever the network cuts an answer, the verdict is the same', () => {
  fc.assert(
    fc.property(broken, fc.array(fc.nat(), { maxLength: 12 }), ({ method, bytes }, cuts) => {
      const { verdict, isWhole, head } = ours(method, bytes)
      expect(ours(method, bytes, cuts)).toMatchObject({ verdict, isWhole, head })
    }),
    { numRuns: 5_000 },
  )
})

test('byte by byte the verdict is the same', () => {
  for (const { method, bytes } of answerCases) {
    const buffer = Buffer.from(bytes, 'latin1')
    const cuts = Array.from({ length: buffer.length }, (_, index) => index)
    expect(ours(method, buffer, cuts)).toEqual(ours(method, buffer))
  }
})

test('broken answers get the verdict that Node gives them', async () => {
  await fc.assert(
    fc.asyncProperty(broken, async ({ method, bytes }) => {
      expect(ours(method, bytes).verdict).toBe(await expectedVerdict(method, bytes))
    }),
    { numRuns: 2_000 },
  )
})

test('one connection carries answers of all framings one after another', () => {
  const parser = new AnswerParser()
  const bodies: (string | undefined)[] = []
  for (const [method, bytes] of [
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc'],
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n'],
    ['GET', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n'],
    ['POST', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ] as const) {
    parser.begin(method)
    parser.feed(Buffer.from(bytes))
    expect(parser.state).toBe('done')
    expect(parser.keepAlive).toBe(true)
    bodies.push(parser.takeBody()?.toString())
  }
  expect(bodies).toEqual(['abc', undefined, 'def', undefined, undefined])
})

test.each([
  ['HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', false, -1],
  ['HTTP/1.1 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n', true, -1],
  ['HTTP/1.1 200 OK\r\nConnection: keep-alive, close\r\nContent-Length: 0\r\n\r\n', false, -1],
  [
    'HTTP/1.1 200 OK\r\nConnection: close\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n',
    false,
    -1,
  ],
  ['HTTP/1.1 200 OK\r\nKeep-Alive: timeout=72\r\nContent-Length: 0\r\n\r\n', true, 72],
  ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', false, -1],
  ['HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n', true, -1],
])('%j tells how long the connection may be kept', (bytes, keepAlive, keepAliveSeconds) => {
  const parser = new AnswerParser()
  parser.begin('GET')
  parser.feed(Buffer.from(bytes))
  expect(parser).toMatchObject({ state: 'done', keepAlive, keepAliveSeconds })
})

test('a body that grows beyond its limit is refused, with or without a length', () => {
  const limits = { headBytes: 1_000, bodyBytes: 10 }
  for (const bytes of [
    'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n',
    'HTTP/1.1 200 OK\r\n\r\n12345678901',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n123456\r\n6\r\n',
    `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1_000)}`,
  ]) {
    const parser = new AnswerParser(limits)
    parser.begin('GET')
    parser.feed(Buffer.from(bytes))
    expect(parser.state).toBe('malformed')
    expect(parser.problem).toMatch(/over \d+ bytes/)
  }
})
