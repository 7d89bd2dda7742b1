// Our parser beside Node's own: what each makes of the same bytes, where they differ on purpose, and bytes to try them
// on. Only tests use it.

import { request } from 'node:http'
import { Duplex } from 'node:stream'
import * as fc from 'fast-check'
import { answerCases } from './answer-cases.ts'
import { AnswerParser } from './answer-parser.ts'

/** `verdict` is status and body, or `refused`. */
export interface Verdict {
  readonly verdict: string
  /** Nothing followed. */
  readonly isWhole: boolean
  readonly problem: string
  readonly head: string
}

/** What our parser makes of bytes that arrive in pieces, followed by the end. */
export function ours(method: string, bytes: Buffer, cuts: readonly number[] = []): Verdict {
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

export interface Difference {
  readonly what: string
  readonly why: string
  readonly applies: (text: string, our: Verdict) => boolean
}

/** Where we differ on purpose; everywhere else the verdicts are the same. */
export const differences: readonly Difference[] = [
  {
    what: 'a version other than HTTP/1.0 and 1.1 is refused',
    why: 'nothing else is spoken, and a server that claims another must not be measured as if it were',
    applies: (text) => /^[\r\n]*HTTP\/(?!1\.[01] )/.test(text),
  },
  {
    what: 'a status below 100 is refused',
    why: 'RFC 9110 has none',
    applies: (text) => /HTTP\/1\.[01] 0/.test(text),
  },
  {
    what: 'switching protocols is refused',
    why: 'nobody asked for it; Node leaves it to whoever listens',
    applies: (_text, { problem }) => problem === 'switched protocols without being asked',
  },
  {
    what: 'Content-Length and Transfer-Encoding are refused in trailers',
    why: 'a field that frames the message has no place behind it',
    applies: (_text, { problem }) => problem === 'framing in trailers',
  },
  {
    what: 'an interim answer of HTTP/1.0 that says `close` beside `keep-alive` is the last one',
    why: 'RFC 9112 lets `close` win in every version; Node only in HTTP/1.1',
    applies: (text, { problem }) =>
      problem === 'closed after an interim answer' && text.includes('HTTP/1.0 1'),
  },
  {
    what: 'a tab after `chunked` is blank',
    why: 'RFC 9110 counts tabs as optional space; Node takes the coding for another one and reads until the close',
    applies: (text) => /\ntransfer-encoding:[^\r\n]*chunked *\t[ \t]*\r\n/i.test(text),
  },
  {
    what: 'bytes after a whole answer do not spoil it',
    why: 'it was whole: that more follows costs the connection, not the answer',
    applies: (_text, { verdict, isWhole }) => verdict !== 'refused' && !isWhole,
  },
]

/** What Node says, or what we say where that differs on purpose. */
export async function expectedVerdict(method: string, bytes: Buffer): Promise<string> {
  const our = ours(method, bytes)
  const text = bytes.toString('latin1')
  const isOnPurpose = differences.some(({ applies }) => applies(text, our))
  return isOnPurpose ? our.verdict : nodes(method, bytes)
}

/** An answer of the table with a few bytes changed. */
const changed = fc
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

const anyCase = (text: string) => fc.constantFrom(text, text.toLowerCase(), text.toUpperCase())
/** One of `good` nearly always. */
const mostly = (good: readonly string[], bad: readonly string[]) =>
  fc.oneof(
    { arbitrary: fc.constantFrom(...good), weight: 30 },
    { arbitrary: fc.constantFrom(...bad), weight: 1 },
  )
const blank = fc.constantFrom('', ' ', '\t', ' \t ')
const lineEnd = mostly(['\r\n'], ['\n', '\r', '\r\r\n', '\r\n ', ''])
const lengths = mostly(
  ['0', '2', '5', '05'],
  ['+2', '-1', '2, 2', '2,3', '0x2', '9'.repeat(20), ''],
)
const codings = mostly(
  ['chunked', 'Chunked', 'gzip, chunked', 'gzip,\tchunked'],
  ['chunked, gzip', 'chunked,', ',chunked', 'identity', 'xchunked', ''],
)
const connections = fc.constantFrom(
  'close',
  'keep-alive',
  'Close, x',
  'keep-alive, close',
  'upgrade',
  '',
)
const noise = fc.string({ maxLength: 4, unit: 'binary' })
const colon = mostly([':'], ['', '::', ' :'])
const field = fc
  .oneof(
    fc.tuple(anyCase('Content-Length'), colon, blank, lengths, blank, lineEnd),
    fc.tuple(anyCase('Transfer-Encoding'), colon, blank, codings, blank, lineEnd),
    fc.tuple(anyCase('Connection'), colon, blank, connections, blank, lineEnd),
    fc.tuple(
      anyCase('Keep-Alive'),
      colon,
      blank,
      fc.constantFrom('timeout=5', 'x'),
      blank,
      lineEnd,
    ),
    fc.tuple(anyCase('Set-Cookie'), colon, blank, fc.constantFrom('a=b', 'é'), blank, lineEnd),
    fc.tuple(mostly(['X-A', 'Via'], ['é', 'a b', '(']), colon, blank, noise, blank, lineEnd),
  )
  .map((parts) => parts.join(''))
const statusLine = fc
  .tuple(
    mostly(
      ['HTTP/1.1', 'HTTP/1.0', '\r\nHTTP/1.1'],
      ['HTTP/1.2', 'http/1.1', 'HTTP/2.0', ' HTTP/1.1'],
    ),
    mostly([' '], ['  ', '\t', '']),
    mostly(['200', '204', '304', '503', '999'], ['100', '101', '199', '20', '2000', '2x0', '099']),
    mostly([' OK', '', ' ', ' \u00e9', ' a\tb'], ['\0', ' \0', 'x']),
    lineEnd,
  )
  .map((parts) => parts.join(''))
const extension = mostly(['', ';a', ';a=b', ';a="b c"', ';a=b;c'], [';a="', ';', ' ;a', ';a="\\"'])
const chunk = fc
  .oneof(
    fc.constantFrom('2,hi', '02,hi', 'A,0123456789', 'a,\r\n\r\n\r\n\r\n\r\n', '1,h'),
    fc.constantFrom('2,h', '1,hi', '0,', 'ffffffffffffffff,', 'g,h', ' 2,hi', '2 ,hi', ',hi'),
  )
  .chain((text) => {
    const [size = '', data = ''] = text.split(',')
    return fc.tuple(fc.constant(size), extension, lineEnd, fc.constant(data), lineEnd)
  })
  .map((parts) => parts.join(''))
/** An answer written from scratch, most of it as it should be. */
const invented = fc
  .record({
    method: fc.constantFrom('GET', 'GET', 'HEAD', 'POST'),
    parts: fc.tuple(
      statusLine,
      fc.array(field, { maxLength: 4 }).map((fields) => fields.join('')),
      lineEnd,
      fc.oneof(
        fc.constantFrom('', 'hi', 'hello', '2\r\nhi\r\n', 'HTTP/1.1 200 OK\r\n\r\n'),
        fc.array(chunk, { maxLength: 3 }).map((chunks) => chunks.join('')),
      ),
      fc.constantFrom(
        '',
        '0\r\n\r\n',
        '0\r\n\r\n',
        '0\r\nX: 1\r\n\r\n',
        '0;a\r\nContent-Length: 1\r\n\r\n',
      ),
    ),
  })
  .map(({ method, parts }) => ({ method, bytes: Buffer.from(parts.join(''), 'latin1') }))

/** Answers as no server should give them, and a few as it should. */
export const broken = fc.oneof(changed, invented)
