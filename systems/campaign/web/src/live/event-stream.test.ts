import { expect, test } from 'vitest'
import { eventCutter } from './event-stream.ts'

const stream =
  ': hello\n\nevent: standings\nid: 7\ndata: [1]\n\ndata: a\ndata: b\n\n: beat\n\ndata: cut'
const events = [
  { name: 'standings', data: '[1]' },
  { name: 'message', data: 'a\nb' },
]

test('events are found wherever the stream is cut', () => {
  for (let size = 1; size <= stream.length; size += 1) {
    const cut = eventCutter()
    const found = []
    for (let at = 0; at < stream.length; at += size) found.push(...cut(stream.slice(at, at + size)))
    expect(found).toEqual(events)
  }
})

test('line ends of other systems are line ends', () => {
  expect(eventCutter()('event: standings\r\ndata: [1]\r\n\r\n')).toEqual([events[0]])
})
