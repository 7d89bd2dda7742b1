import sharp from 'sharp'
import { expect, test } from 'vitest'
import { ImageCheck } from './image-check.ts'

const kinds = ['jpeg', 'png', 'webp', 'gif'] as const

/** An image whose pixels say `<svg` over and over. */
function saying(words: string) {
  const [width, height] = [64, 64]
  const raw = Buffer.alloc(3 * width * height, words)
  return sharp(raw, { raw: { width, height, channels: 3 } })
}

const photo = (kind: (typeof kinds)[number]) => saying('any').toFormat(kind).toBuffer()
const check = new ImageCheck()

test.each(kinds)('what is hung on to a %s is left away', async (kind) => {
  const bytes = await photo(kind)
  const archive = Buffer.from(`PK\x03\x04${'x'.repeat(500)}\xff\xd9`, 'latin1')
  expect((await check.imageIn(bytes)).bytes).toEqual(bytes)
  expect((await check.imageIn(Buffer.concat([bytes, archive]))).bytes).toEqual(bytes)
})

test.each(kinds)('a page behind the end of a %s is refused', async (kind) => {
  const bytes = Buffer.concat([await photo(kind), Buffer.from('\n<html>')])
  await expect(check.imageIn(bytes)).rejects.toThrow('markup or a script')
})

test.each(kinds)('a %s without its end is refused', async (kind) => {
  const bytes = await photo(kind)
  await expect(check.imageIn(bytes.subarray(0, -20))).rejects.toThrow('corrupt')
})

test('pixels may say anything', async () => {
  const bytes = await saying('<svg').png({ compressionLevel: 0 }).toBuffer()
  expect(bytes.includes('<svg')).toBe(true)
  expect(await check.imageIn(bytes)).toEqual({ ending: 'png', bytes })
})

test('parts without end are refused before they keep us busy', async () => {
  const bytes = await photo('jpeg')
  const empty = Buffer.alloc(4 * 20_000, Buffer.from([0xff, 0xfe, 0, 2]))
  const many = Buffer.concat([bytes.subarray(0, 2), empty, bytes.subarray(2)])
  await expect(check.imageIn(many)).rejects.toThrow('corrupt')
})

test('moving images and those with what cameras write are whole', async () => {
  const [one, other] = await Promise.all(
    ['one', 'other'].map((words) => saying(words).png().toBuffer()),
  )
  const frames = sharp([one!, other!], { join: { animated: true } })
  for (const kind of ['gif', 'webp'] as const) {
    const bytes = await frames.toFormat(kind).toBuffer()
    expect((await check.imageIn(bytes)).bytes).toEqual(bytes)
  }
  for (const progressive of [false, true]) {
    const bytes = await saying('camera')
      .jpeg({ progressive })
      .withExif({ IFD0: { Copyright: 'Somebody' } })
      .withIccProfile('p3')
      .toBuffer()
    expect((await check.imageIn(bytes)).bytes).toEqual(bytes)
  }
})
