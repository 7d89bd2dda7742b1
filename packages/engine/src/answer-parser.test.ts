import { request } from 'node:http'
import { Duplex } from 'node:stream'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { answerCases } from './answer-cases.ts'
import { AnswerParser } from './answer-parser.ts'

/** What our parser makes of bytes that arrive in pieces, followed by the end. */
function ours(method: string, bytes: Buffer, cuts: readonly number[] = []) {
  const parser = new AnswerParser()
  parser.begin(method)
  let used = 0
  const edges = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])]
  edges.sort((a, b) => a - b)
  for (let piece = 1; piece < edges.length; piece += 1) {
    used += parser.feed(bytes.subarray(edges[piece - 1], edges[piece]))
  }
  parser.end()
  const verdict =
    parser.state === 'done'
      ? `${parser.status} ${parser.takeBody()?.toString('latin1') ?? ''}`
      : 'refused'
  const isWhole = parser.state === 'done' && used === bytes.length
  return { verdict, isWhole, problem: parser.problem, head: parser.headText }
}

/** What Node's own client makes of the same. */
function nodes(method: string, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read() {},
      write: (_chunk, _encoding, done) => {
        done()
        wire.push(bytes)
        wire.push(null)
      },
    })
    const refused = () => resolve('refused')
    const sent = request({ method, host: 'example', createConnection: () => wire })
    sent.on('error', refused)
    sent.on('upgrade', refused)
    sent.on('response', (answer) => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.on('error', refused)
      answer.on('end', () => {
        resolve(`${answer.statusCode} ${Buffer.concat(pieces).toString('latin1')}`)
      })
    })
    sent.end()
  })
}

/** Where we differ on purpose; everywhere else the verdicts are the same. */
function differsOnPurpose(bytes: Buffer, our: ReturnType<typeof ours>): boolean {
  const text = bytes.toString('latin1')
  return (
    // Only HTTP/1.0 and 1.1 are spoken, and no status is below 100.
    /^[\r\n]*HTTP\/(?!1\.[01] )/.test(text) ||
    /HTTP\/1\.[01] 0/.test(text) ||
    our.problem === 'switched protocols without being asked' ||
    // A field that frames the message has no place behind it.
    our.problem === 'framing in trailers' ||
    // The answer was whole: that more follows costs the connection, not the answer.
    (our.verdict !== 'refused' && !our.isWhole)
  )
}

async function expectedVerdict(method: string, bytes: Buffer): Promise<string> {
  const our = ours(method, bytes)
  return differsOnPurpose(bytes, our) ? our.verdict : nodes(method, bytes)
}

test.each(answerCases)('$what: the verdict is that of Node', async ({ method, bytes }) => {
  const buffer = Buffer.from(bytes, 'latin1')
  expect(ours(method, buffer).verdict).toBe(await expectedVerdict(method, buffer))
})

const broken = fc
  .record({
    row: fc.constantFrom(...answerCases),
    changes: fc.array(
      fc.record({
        at: fc.nat(),
        remove: fc.integer({ min: 0, max: 3 }),
        insert: fc.constantFrom(
          '',
          '',
          '\r\n',
          '\r',
          '\n',
          ' ',
          ':',
          ';',
          '0',
          '7',
          'f',
          'é',
          '\0',
          ',',
        ),
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ row, changes }) => {
    let bytes = row.bytes
    for (const { at, remove, insert } of changes) {
      const place = at % (bytes.length + 1)
      bytes = bytes.slice(0, place) + insert + bytes.slice(place + remove)
    }
    return { method: row.method, bytes: Buffer.from(bytes, 'latin1') }
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
