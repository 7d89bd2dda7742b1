// A connection that has seen a head before reads every answer as one that has seen none.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answerCases } from './answer-cases.ts'
import { AnswerParser } from './answer-parser.ts'

const short = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nKeep-Alive: timeout=5\r\n\r\nok'
const other = 'HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\nSet-Cookie: a=1\r\n\r\nnot'
const closing = 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'
const early = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'
const long = `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(600)}\r\nContent-Length: 0\r\n\r\n`

const answer = fc.oneof(
  fc.constantFrom(
    { method: 'GET', bytes: short },
    { method: 'HEAD', bytes: short.slice(0, -2) },
    { method: 'GET', bytes: other },
    { method: 'GET', bytes: closing },
    { method: 'GET', bytes: early + short },
    { method: 'GET', bytes: long },
  ),
  fc.constantFrom(...answerCases),
)

/** What a parser says of an answer that arrives in pieces of so many bytes. */
function read(
  parser: AnswerParser,
  { method, bytes }: { method: string; bytes: string },
  piece: number,
) {
  const buffer = Buffer.from(bytes, 'latin1')
  parser.begin(method)
  let used = 0
  for (let at = 0; at < buffer.length; at += piece) {
    used += parser.feed(buffer.subarray(at, at + piece))
  }
  parser.end()
  const { state, problem, status, headText, keepAlive, keepAliveSeconds, setsCookies } = parser
  const body = parser.takeBody()?.toString('latin1') ?? ''
  if (state === 'malformed') return { state, problem, used }
  return { state, status, headText, keepAlive, keepAliveSeconds, setsCookies, body, used }
}

test('whatever came before on a connection, an answer is read as by a fresh one', () => {
  const pieces = fc.constantFrom(1, 7, 100, 65_536)
  fc.assert(
    fc.property(fc.array(fc.tuple(answer, pieces), { minLength: 2, maxLength: 12 }), (answers) => {
      const seasoned = new AnswerParser()
      for (const [given, piece] of answers) {
        expect(read(seasoned, given, piece)).toEqual(read(new AnswerParser(), given, piece))
      }
    }),
    { numRuns: 400 },
  )
})

test('a head that is like the last one to its last byte but one is another head', () => {
  const parser = new AnswerParser()
  const [one, two] = ['a', 'b'].map((value) => ({
    method: 'GET',
    bytes: `HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ${value}\r\n\r\n`,
  }))
  const heads = [one, one, one, two, two, one].map((given) => read(parser, given!, 100).headText)
  expect(heads.map((head) => head?.at(-3))).toEqual(['a', 'a', 'a', 'b', 'b', 'a'])
})
