import { expect, test } from 'vitest'

import { needsData } from '../../test/optional-part.ts'
import { readTexts } from './texts.ts'

test('our own sample has texts of several scripts', () => {
  const texts = readTexts(undefined)
  expect(texts.length).toBeGreaterThan(20)
  for (const script of [/\p{Script=Latin}/u, /\p{Script=Han}/u, /\p{Script=Hebrew}/u]) {
    expect(texts.some((text) => script.test(text))).toBe(true)
  }
})

test('the real data sets give thousands of texts, none empty', (context) => {
  needsData('nus-sms-zh', context)
  const texts = readTexts(process.env['PLIMSOLL_DATA'])
  expect(texts.length).toBeGreaterThan(20_000)
  expect(texts.every((text) => text.trim() !== '' && text.isWellFormed())).toBe(true)
})
