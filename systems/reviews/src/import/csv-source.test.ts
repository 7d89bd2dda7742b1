import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { csvSource } from './csv-source.ts'
import { csvFiles } from './files.ts'

const photos = csvFiles.find(({ table }) => table === 'photos')!
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reviews-csv-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function read(content: string | Buffer) {
  await writeFile(join(folder, 'reviews_photos.csv'), content)
  const source = await csvSource(folder, photos)
  const rows: (readonly string[])[] = []
  const lines: number[] = []
  const { layout } = source
  const inOrder = (row: readonly string[]) => {
    const arranged = layout?.arrange(row, 1) ?? row
    return 'reason' in arranged ? [] : arranged
  }
  for await (const batch of source.batches()) {
    rows.push(...batch.rows.map(inOrder))
    lines.push(...batch.lines)
  }
  return { rows, lines }
}

test('rows come with their lines, after a byte order mark too', async () => {
  expect(await read('\uFEFFid,review_id,url\r\n1,2,"a\nb"\n3,4,c')).toEqual({
    rows: [
      ['1', '2', 'a\nb'],
      ['3', '4', 'c'],
    ],
    lines: [2, 4],
  })
})

test('columns may stand in another order', async () => {
  expect((await read('url,id,review_id\nu,1,2\n')).rows).toEqual([['1', '2', 'u']])
})

test('rows larger than a piece of the file come whole', async () => {
  const url = 'é'.repeat(200_000)
  const { rows } = await read(`id,review_id,url\n1,2,"${url}"\n3,4,x\n`)
  expect(Buffer.from(rows[0]?.[2] ?? '', 'latin1').toString()).toBe(url)
  expect(rows).toHaveLength(2)
})

test.each([
  ['', /is empty: expected the header id,review_id,url/],
  ['id,review,url\n1,2,3\n', /line 1: expected the header id,review_id,url, found "id,review,url"/],
  ['id,review_id\n1,2\n', /line 1: expected the header/],
  ['id,review_id,url\n1,2,"a\n3,4,"b', /ends inside the quoted field that was opened on line 2/],
  [Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0]), /is a binary file, not CSV in UTF-8/],
  [Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 8]), /is a binary file \(a spreadsheet or a ZIP archive/],
  [Buffer.from([0x1f, 0x8b, 8, 0]), /is a binary file \(packed with gzip: unpack it\)/],
  [Buffer.from('\ufeffid,review_id,url\n', 'utf16le'), /is a binary file \(text in UTF-16/],
  [
    `id,review_id,url\n1,2,"${'x\n'.repeat(800_000)}`,
    /line 2: this row is longer than 1 MiB: the quote/,
  ],
])('an unusable file is refused as a whole, with its place (%#)', async (content, message) => {
  await expect(read(content)).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(message) as string,
  })
})

test('a missing file and a missing folder are named', async () => {
  await expect(csvSource(folder, photos)).rejects.toThrow('does not hold reviews_photos.csv.')
  await expect(csvSource(join(folder, 'no'), photos)).rejects.toThrow('is not a folder')
})
