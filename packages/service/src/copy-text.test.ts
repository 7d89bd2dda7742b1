import { array, assert, constantFrom, option, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { copyText, readCopyLine } from './copy-text.ts'

test('a line reads back as the fields it was made of', () => {
  const field = option(string({ unit: constantFrom('a', '\\', '\n', '\r', '\t', 'N', 'n', 'Ã') }))
  assert(
    property(array(field, { minLength: 1, maxLength: 5 }), (fields) => {
      const line = fields.map(copyText).join('\t')
      expect(line).not.toContain('\n')
      expect(readCopyLine(line)).toEqual(fields)
    }),
  )
})
