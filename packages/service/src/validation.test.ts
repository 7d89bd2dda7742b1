import { Type } from 'typebox'
import { expect, test } from 'vitest'

import { Problem } from './problem.ts'
import { compileValidator } from './validation.ts'

const schema = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  on: Type.Optional(Type.Boolean()),
  size: Type.Integer({ default: 5 }),
})

function checked(httpPart: string, given: unknown): unknown {
  const validate = compileValidator({ schema, httpPart, method: 'GET', url: '/' })
  const result = validate(given) as { value?: unknown; error?: unknown }
  return result.error instanceof Problem ? result.error.message : result.value
}

test('texts of a query become what the schema says, with defaults', () => {
  expect(checked('querystring', { id: '7', on: 'true' })).toEqual({ id: 7, on: true, size: 5 })
})

test.each(['', ' 7', '07', '7e2', '0x7', '7;drop', '1e400', '99999999999999999999', 'NaN'])(
  'the text %j is no number',
  (id) => {
    expect(checked('querystring', { id })).toMatch(/^query\.id: /)
  },
)

test('a parameter given twice is refused', () => {
  expect(checked('querystring', { id: ['7', '8'] })).toMatch(/^query\.id: /)
})

test('a body is never converted', () => {
  expect(checked('body', { id: '7', size: 1 })).toMatch(/^body\.id: /)
})
