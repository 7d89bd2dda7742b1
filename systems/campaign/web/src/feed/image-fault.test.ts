import { expect, test } from 'vitest'
import { imageFault } from './image-fault.ts'

test('images of up to 5 MB are taken; other files are refused with the reason', () => {
  expect(imageFault({ type: 'image/png', size: 5 * 1024 * 1024 })).toBeUndefined()
  expect(imageFault({ type: 'image/svg+xml', size: 10 })).toMatch(/JPEG, PNG, WebP or GIF/)
  expect(imageFault({ type: 'image/webp', size: 0 })).toBe('This file is empty.')
  expect(imageFault({ type: 'image/jpeg', size: 7_500_000 })).toMatch('7.2 MB; up to 5 MB')
})
