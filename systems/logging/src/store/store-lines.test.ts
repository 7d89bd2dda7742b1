import { StatementError } from '@plimsoll/service'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { linesOf, storeLines } from './store-lines.ts'

/** A database that refuses lines with an x. */
function strictStore() {
  const stored: string[] = []
  const buried: string[] = []
  return {
    stored,
    buried,
    options: {
      store: (pieces: readonly Buffer[]) => {
        const lines = pieces.flatMap(linesOf).map(String)
        if (lines.some((line) => line.includes('x'))) {
          return Promise.reject(new StatementError('refused', new Error('no x')))
        }
        stored.push(...lines)
        return Promise.resolve(lines.length)
      },
      bury: (line: Buffer) => {
        buried.push(String(line))
        return Promise.resolve()
      },
    },
  }
}

test('whatever is poisonous is buried once, and all neighbours are stored in their order', async () => {
  const pieces = fc.array(fc.array(fc.constantFrom('a\n', 'b\n', 'x\n'), { minLength: 1 }))
  await fc.assert(
    fc.asyncProperty(pieces, async (chunks) => {
      const { stored, buried, options } = strictStore()
      const all = chunks.flat()
      const counts = await storeLines(
        chunks.map((lines) => Buffer.from(lines.join(''))),
        options,
      )
      const isPoison = (line: string) => line.includes('x')
      expect(stored).toEqual(all.filter((line) => !isPoison(line)))
      expect(buried).toEqual(all.filter(isPoison))
      expect(counts).toEqual({ stored: stored.length, buried: buried.length })
    }),
  )
})

test('a database that cannot be used buries nothing', async () => {
  const { buried, options } = strictStore()
  const store = () => Promise.reject(new StatementError('lost', new Error('gone')))
  await expect(storeLines([Buffer.from('a\n')], { ...options, store })).rejects.toThrow('lost')
  expect(buried).toEqual([])
})

test('a database that is lost after a line was refused buries nothing', async () => {
  const { buried, options } = strictStore()
  let stores = 0
  const store = (pieces: readonly Buffer[]) => {
    stores += 1
    const isLost = pieces.every((piece) => String(piece) === 'b\n')
    return isLost
      ? Promise.reject(new StatementError('lost', new Error('gone')))
      : options.store(pieces)
  }
  const pieces = ['x\n', 'b\n'].map((line) => Buffer.from(line))
  await expect(storeLines(pieces, { ...options, store })).rejects.toThrow('lost')
  expect([stores, buried]).toEqual([3, []])
})

test('a deadlock is tried again', async () => {
  const { options } = strictStore()
  let tries = 0
  const store = () => {
    tries += 1
    return tries === 1
      ? Promise.reject(new StatementError('conflict', new Error('deadlock')))
      : Promise.resolve(1)
  }
  expect(await storeLines([Buffer.from('a\n')], { ...options, store })).toEqual({
    stored: 1,
    buried: 0,
  })
})
