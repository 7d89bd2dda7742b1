import { expect, test } from 'vitest'
import { beforeEverything, isOlder, sees, snapshotOf } from './snapshot.ts'

test('a snapshot sees what had ended when it was taken', () => {
  const snapshot = snapshotOf('100:110:100,105')
  const seen = [99, 100, 101, 105, 109, 110, 111].filter((each) => sees(snapshot, each))
  expect(seen).toEqual([99, 101, 109])
  expect(sees(snapshotOf('7:7:'), 6)).toBe(true)
  expect(sees(snapshotOf('7:7:'), 7)).toBe(false)
  expect(sees(beforeEverything, 1)).toBe(false)
})

test('of two snapshots the older is known by its bounds, then by what was in progress', () => {
  const inOrder = ['1:1:', '100:110:100,105', '100:110:100', '100:112:100', '112:112:']
  const snapshots = inOrder.map(snapshotOf)
  for (const [i, one] of snapshots.entries()) {
    for (const [j, other] of snapshots.entries()) expect(isOlder(one, other)).toBe(i < j)
  }
})
