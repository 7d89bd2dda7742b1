import { expect, test } from 'vitest'
import { OwnWrites } from './own-writes.ts'

function storage() {
  const texts = new Map<string, string>()
  return {
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, text: string) => void texts.set(key, text),
    removeItem: (key: string) => void texts.delete(key),
  }
}
const told = (position: string) => new Headers({ 'write-position': position })

test('the furthest place that was told goes along, until it is forgotten', () => {
  const kept = storage()
  const writes = new OwnWrites(kept)
  expect(writes.headers()).toEqual({})
  writes.keep(new Headers(), {})
  expect(writes.headers()).toEqual({})
  for (const position of ['0/FFFFFFF0', '1/10', '0/FFFFFFFF', '1/F']) {
    writes.keep(told(position), {})
  }
  expect(writes.headers()).toEqual({ 'write-position': '1/10' })
  // Another tab of the same browser.
  expect(new OwnWrites(kept).headers()).toEqual({ 'write-position': '1/10' })
  writes.forget()
  expect(writes.headers()).toEqual({})
})

test.each([
  ['was not known', 'FFFFFFFF/FFFFFFFF'],
  ['cannot be read', 'soon'],
  ['is of a database that is no more', '7/0'],
])('a place that %s goes along until the next write is answered', (_, position) => {
  const writes = new OwnWrites(storage())
  const before = writes.headers()
  writes.keep(told(position), {})
  expect(writes.headers()).toEqual({ 'write-position': position })
  // Sent before that one was known: it may be behind it.
  writes.keep(told('1/10'), before)
  expect(writes.headers()).toEqual({ 'write-position': position })
  writes.keep(told('1/20'), writes.headers())
  expect(writes.headers()).toEqual({ 'write-position': '1/20' })
})
