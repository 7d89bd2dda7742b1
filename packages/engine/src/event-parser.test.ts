import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventParser, type ServerEvent } from './event-parser.ts'

function eventsIn(bytes: Buffer, cuts: readonly number[] = []): ServerEvent[] {
  const events: ServerEvent[] = []
  const parser = new EventParser((event) => events.push(event))
  const edges = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])]
  edges.sort((a, b) => a - b)
  for (let n = 1; n < edges.length; n += 1) parser.feed(bytes.subarray(edges[n - 1], edges[n]))
  return events
}

/** The examples of the HTML standard, and what else it says. */
const table: readonly (readonly [string, string, readonly string[]])[] = [
  ['lines of data are joined', 'data: YHOO\ndata: +2\ndata: 10\n\n', ['message YHOO\n+2\n10']],
  [
    'comments, ids and an unfinished event are no events',
    ': test\n\ndata: a\nid: 1\n\nid\ndata:b\n\ndata:  c',
    ['message a', 'message b'],
  ],
  ['data without a value is empty', 'data\n\ndata\ndata\n\ndata:', ['message ', 'message \n']],
  [
    'one space after the colon is not data',
    'data:x\n\ndata: x\n\ndata:  x\n\n',
    ['message x', 'message x', 'message  x'],
  ],
  ['a name holds for one event', 'event: add\ndata: 1\n\ndata: 2\n\n', ['add 1', 'message 2']],
  ['a name without data is no event', 'event: add\n\ndata: 2\n\n', ['message 2']],
  [
    'lines end with CR, LF or both',
    'data: a\r\rdata: b\r\n\r\ndata: c\n\n',
    ['message a', 'message b', 'message c'],
  ],
  ['a byte order mark is passed over', '\uFEFFdata: ü\n\n', ['message ü']],
]

test.each(table)('%s', (_what, text, expected) => {
  expect(eventsIn(Buffer.from(text)).map(({ type, data }) => `${type} ${data}`)).toEqual(expected)
})

test('wherever the network cuts them, the events are the same', () => {
  const texts = fc.array(
    fc.constantFrom('data: a', 'data:ü', 'event: x', ':', 'id: 1', '\r', '\n', '\r\n', '\n\n'),
  )
  fc.assert(
    fc.property(texts, fc.array(fc.nat(), { maxLength: 8 }), (parts, cuts) => {
      const bytes = Buffer.from(parts.join(''))
      expect(eventsIn(bytes, cuts)).toEqual(eventsIn(bytes))
    }),
  )
})

test('an event without end is refused', () => {
  const parser = new EventParser(() => {})
  const endless = () => {
    for (let n = 0; n < 100; n += 1) parser.feed(Buffer.from(`data: ${'x'.repeat(20_000)}\n`))
  }
  expect(endless).toThrow('event over 1048576 characters')
})
