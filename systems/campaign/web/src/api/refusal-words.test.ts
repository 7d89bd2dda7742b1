import { expect, test } from 'vitest'
import { refusalWords } from './refusal-words.ts'

const words = (status: number, body: unknown, retryAfter: string | null = null) =>
  refusalWords({ status, body, retryAfter })

test('the detail of a problem is said as a sentence', () => {
  expect(words(400, { title: 'Bad Request', detail: 'The name is taken' })).toBe(
    'The name is taken.',
  )
})

test('a list of errors is said whole, texts and messages alike', () => {
  expect(
    words(422, { detail: 'Invalid', errors: ['Name is blank.', { message: 'Too long.' }] }),
  ).toBe('Name is blank. Too long.')
})

test('an answer without a reason is told by its status', () => {
  expect(words(413, undefined)).toBe('That is too large.')
  expect(words(502, '<html>')).toBe('The service answered 502.')
})

test('the wait is said in whole seconds, and only when it is a number', () => {
  expect(words(503, {}, '1.2')).toBe('The service is busy. Try again in 2 s.')
  expect(words(503, {}, 'Wed, 21 Oct 2026 07:28:00 GMT')).toBe('The service is busy.')
})
