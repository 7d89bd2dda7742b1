import { expect, test } from 'vitest'
import { answered, brokenInvariant, empty, hostile, inconclusive } from './fixture/fixture.ts'
import { renderMarkdown } from './render-markdown.ts'

test.each([
  ['answered', answered],
  ['broken-invariant', brokenInvariant],
  ['inconclusive', inconclusive],
  ['empty', empty],
])('the answer for a pull request, %s, is exactly the golden file', async (name, told) => {
  await expect(renderMarkdown(told())).toMatchFileSnapshot(`./golden/${name}.md`)
})

test('names can neither break the table, nor bring HTML, nor mention anybody', () => {
  const written = renderMarkdown(hostile()).replace(/^ {4}npx .*$/m, '')
  expect(written).not.toContain('<script')
  expect(written).not.toContain('@everyone')
  expect(written).toContain(String.raw`a\|b`)
  const rows = written.split('\n').filter((line) => line.startsWith('| **'))
  expect(new Set(rows.map((row) => row.split(/(?<!\\)\|/).length))).toEqual(new Set([10]))
})
