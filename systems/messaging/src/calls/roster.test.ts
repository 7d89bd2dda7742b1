import { expect, test } from 'vitest'

import { Roster } from './roster.ts'

function rosterOf(...urls: string[]) {
  const time = { now: 0 }
  const closed: string[] = []
  const roster = new Roster<string>({
    open: (url) => url,
    close: (url) => void closed.push(url),
    now: () => time.now,
  })
  roster.update(urls)
  const pick = () => roster.pick(() => true)
  return { roster, time, closed, pick }
}

test('the store with the fewest calls outstanding is next, and equals take turns', () => {
  const { roster, pick } = rosterOf('a', 'b')
  expect(new Set([pick()?.url, pick()?.url])).toEqual(new Set(['a', 'b']))
  const [a] = roster.stores
  a!.outstanding = 1
  expect([pick()?.url, pick()?.url]).toEqual(['b', 'b'])
})

test('a store that failed is left out, longer each time, and then tried with one call', () => {
  const { roster, time, pick } = rosterOf('a', 'b')
  const [a, b] = roster.stores
  roster.failed(a!)
  b!.outstanding = 5
  time.now = 249
  expect(pick()).toBe(b)
  time.now = 250
  expect(pick()).toBe(a)
  a!.outstanding = 1
  expect(pick()).toBe(b)
  a!.outstanding = 0
  roster.failed(a!)
  time.now = 749
  expect(pick()).toBe(b)
  time.now = 750
  expect(pick()).toBe(a)
  roster.succeeded(a!)
  a!.outstanding = 4
  expect(pick()).toBe(a)
})

test('calls that break together are one failure', () => {
  const { roster, time, pick } = rosterOf('a', 'b')
  const [a, b] = roster.stores
  for (let n = 0; n < 8; n++) roster.failed(a!)
  b!.outstanding = 5
  time.now = 250
  expect(pick()).toBe(a)
  expect(roster.ejections).toBe(1)
})

test('when every store is left out, none is', () => {
  const { roster, pick } = rosterOf('a', 'b')
  for (const store of roster.stores) roster.failed(store)
  expect(pick()).toBeDefined()
})

test('a new list keeps what is known of a store and closes those that are gone', () => {
  const { roster, closed } = rosterOf('a', 'b')
  const [, b] = roster.stores
  roster.update(['b', 'c', 'b'])
  expect(roster.stores.map(({ url }) => url)).toEqual(['b', 'c'])
  expect(roster.stores[0]).toBe(b)
  expect(closed).toEqual(['a'])
})

test('an empty list is not believed', () => {
  const { roster, closed } = rosterOf('a')
  roster.update([])
  expect(roster.stores).toHaveLength(1)
  expect(closed).toEqual([])
})
