import { StatementError } from '@plimsoll/service'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { linesOf, storeLines } from './store-lines.ts'

/** A database that refuses lines with an x, and with a p those whose partition is being made. */
function strictStore() {
  const stored: string[] = []
  const buried: string[] = []
  const reasons: string[] = []
  const postponed: string[] = []
  return {
    stored,
    buried,
    reasons,
    postponed,
    options: {
      store: (pieces: readonly Buffer[]) => {
        const lines = pieces.flatMap(linesOf).map(String)
        const guilty = lines.find((line) => /[xp]/.test(line))
        if (guilty !== undefined) {
          const code = guilty.includes('x') ? '22P02' : '23514'
          const error = Object.assign(new Error(`no "${guilty}"`), { code })
          return Promise.reject(new StatementError('refused', error))
        }
        stored.push(...lines)
        return Promise.resolve(lines.length)
      },
      bury: (line: Buffer, reason: string) => {
        buried.push(String(line))
        reasons.push(reason)
        return Promise.resolve()
      },
      postpone: (line: Buffer) => {
        postponed.push(String(line))
        return Promise.resolve()
      },
    },
  }
}

test('whatever is poisonous is buried once, what is early is postponed, and all neighbours are stored in their order', async () => {
  const pieces = fc.array(fc.array(fc.constantFrom('a\n', 'b\n', 'x\n', 'p\n'), { minLength: 1 }))
  await fc.assert(
    fc.asyncProperty(pieces, async (chunks) => {
      const { stored, buried, postponed, options } = strictStore()
      const all = chunks.flat()
      const counts = await storeLines(
        chunks.map((lines) => Buffer.from(lines.join(''))),
        options,
      )
      const those = (form: RegExp) => all.filter((line) => form.test(line))
      expect([stored, buried, postponed]).toEqual([those(/[ab]/), those(/x/), those(/p/)])
      expect(counts).toEqual({
        stored: stored.length,
        buried: buried.length,
        postponed: postponed.length,
      })
    }),
  )
})

test('the reason of a dead letter has nothing that a queue refuses', async () => {
  const { reasons, options } = strictStore()
  await storeLines([Buffer.from(`x\u0001é\uffff${'y'.repeat(500)}\n`)], options)
  expect(reasons).toEqual([`22P02 no "x?é?${'y'.repeat(500)}`.slice(0, 256)])
})

test('a batch that lies in a partition to come waits as a whole', async () => {
  const { postponed, options } = strictStore()
  const lines = Buffer.from('p\n'.repeat(1_000))
  await expect(storeLines([lines], options)).rejects.toThrow('conflict')
  expect(postponed).toEqual([])
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
    postponed: 0,
  })
})
