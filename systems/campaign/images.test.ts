import { expect, test } from 'vitest'
import { readImages } from './images.ts'
import { ImageCheck } from './src/images/image-check.ts'

test('of our own images one is corrupt and one is active content', async () => {
  const { taken, refused } = readImages(undefined)
  expect(taken.map(({ file }) => file)).toEqual(['hill.jpg', 'hill.png'])
  expect(refused.map(({ file }) => file)).toEqual(['active.svg', 'corrupt.png'])
  const check = new ImageCheck()
  for (const { bytes } of taken) expect((await check.imageIn(bytes)).bytes).toEqual(bytes)
  for (const { bytes } of refused) await expect(check.imageIn(bytes)).rejects.toThrow('expected a')
})
