import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimResult, makeRecordsFolder } from './records-place.ts'

let folder = ''
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'plimsoll-records-'))))
afterAll(() => rm(folder, { recursive: true }))

test('experiments that begin in the same second do not share a folder', async () => {
  const made = await Promise.all([1, 2, 3].map(() => makeRecordsFolder(folder, 'shop')))
  expect(new Set(made).size).toBe(3)
  expect(await readdir(join(folder, 'shop'))).toHaveLength(3)
})

test('a place for the result is looked at, and left as it was', async () => {
  const kept = join(folder, 'kept.json')
  await writeFile(kept, 'before')
  const places = [undefined, '-', kept, join(folder, 'new.json')]
  for (const place of places) await claimResult(place, { flag: '--json' })
  expect((await readdir(folder)).filter((name) => name.endsWith('.json'))).toEqual(['kept.json'])
  for (const place of ['', folder, join(kept, 'below.json'), join(folder, 'no', 'such.json')]) {
    await expect(claimResult(place, { flag: '--json' })).rejects.toMatchObject({
      code: 'result-not-writable',
    })
  }
})
