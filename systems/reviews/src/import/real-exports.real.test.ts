// Real exports that nobody cleaned, split to the row and to the byte. The folder is elsewhere: see CONTRIBUTING.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { needsData } from '../../../../test/optional-part.ts'
import { CsvSplitter } from '@plimsoll/service'

/** All rows, the text handed over in pieces as a file stream does. */
function split(bytes: Buffer): { rows: string[][]; lines: number[] } {
  const text = bytes.toString('latin1')
  const splitter = new CsvSplitter()
  const found = { rows: [] as string[][], lines: [] as number[] }
  for (let at = 0; at <= text.length; at += 65_536) {
    const { rows, lines } = splitter.push(text.slice(at, at + 65_536))
    found.rows.push(...rows)
    found.lines.push(...lines)
  }
  const last = splitter.end()
  expect(splitter.openQuoteLine).toBeUndefined()
  return { rows: [...found.rows, ...last.rows], lines: [...found.lines, ...last.lines] }
}

test('a shop’s export with line breaks inside its reviews is split into the rows it has', (context) => {
  const folder = needsData('womens-clothing-reviews', context)
  const packed = readFileSync(join(folder, 'Womens Clothing E-Commerce Reviews.csv.gz'))
  const { rows, lines } = split(gunzipSync(packed))
  const [head, ...reviews] = rows
  expect(head).toHaveLength(11)
  expect(reviews).toHaveLength(23_486)
  expect(reviews.filter((row) => row.length !== 11)).toEqual([])
  expect(reviews.filter(([, , , , body = '']) => body.includes('\n'))).toHaveLength(2_024)
  expect(reviews.filter(([, , , title]) => title === '')).toHaveLength(3_810)
  expect(reviews.filter(([, , , , body]) => body === '')).toHaveLength(845)
  expect(reviews.filter(([, , , , , rating]) => rating === '5')).toHaveLength(13_131)
  // 28,228 lines hold 23,487 rows, so the last row begins close to the end of the file.
  expect(lines.at(-1)).toBeGreaterThan(28_220)
})

test('100,000 plain rows are 100,000 rows', (context) => {
  const { rows } = split(readFileSync(join(needsData('anonreviews', context), 'anonreviews.csv')))
  expect(rows).toHaveLength(100_001)
  expect(rows.filter(([, , rating]) => rating === '0')).toHaveLength(195)
  expect(rows.filter(([, , rating]) => rating === '5')).toHaveLength(80_831)
})
