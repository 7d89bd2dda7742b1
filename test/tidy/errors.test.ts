// docs/errors.md names every code that people can meet, each with the exit code it ends with.

import { expect, test } from 'vitest'
import { isTest, read, trackedFiles } from './sources.ts'

const exitOf: Readonly<Record<string, string>> = { input: '3', environment: '4', null: '5' }

/** Codes in the sources with their exit codes. What has a `text` beside its code is a caveat, not an error. */
function thrown(): Map<string, string> {
  const found = new Map<string, string>()
  const sources = trackedFiles().filter(
    (path) =>
      /^packages\/[^/]+\/src\/.*\.ts$/.test(path) && !isTest(path) && !path.includes('/fixture/'),
  )
  const literal = /\bcode(?:: | = )'([a-z]+(?:-[a-z]+)*)'(,\s*text:)?(?:,\s*blame: '?(\w+)'?)?/g
  for (const path of sources) {
    for (const [, code = '', caveat, blame = 'environment'] of read(path).matchAll(literal)) {
      if (caveat === undefined) found.set(code, exitOf[blame] ?? blame)
    }
  }
  return found
}

function documented(): Map<string, string> {
  const rows = read('docs/errors.md').matchAll(/^\| `([a-z-]+)` \|.*\| (\d) \|$/gm)
  return new Map([...rows].map(([, code = '', exit = '']) => [code, exit]))
}

test('every code is on the page with its exit code, and nothing else is', () => {
  const inOrder = (codes: Map<string, string>) =>
    [...codes].toSorted(([a], [b]) => (a < b ? -1 : 1))
  expect(thrown().size).toBeGreaterThan(30)
  expect(inOrder(documented())).toEqual(inOrder(thrown()))
})
