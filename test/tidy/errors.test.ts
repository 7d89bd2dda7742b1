// docs/errors.md names every code that people can meet, each with the exit code it ends with.

import { expect, test } from 'vitest'
import { isTest, read, trackedFiles } from './sources.ts'

const exitOf: Readonly<Record<string, string>> = { input: '3', environment: '4', null: '5' }

const sources = trackedFiles().filter(
  (path) =>
    /^packages\/[^/]+\/src\/.*\.ts$/.test(path) && !isTest(path) && !path.includes('/fixture/'),
)

/** Codes in the sources with their exit codes. What has a `text` beside its code is a caveat, not an error. */
function thrown(): Map<string, string> {
  const found = new Map<string, string>()
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

test('every caveat is on the page about reports, and nothing else is', () => {
  const literal = /\bcode: '([a-z-]+)',\s*text:|\bsay\('([a-z]+-[a-z-]+)', |code: (`[^`]+`)/g
  const codes = sources.flatMap((path) =>
    [...read(path).matchAll(literal)].map(([, plain, said, made]) => plain ?? said ?? made ?? ''),
  )
  expect(codes.length).toBeGreaterThan(15)
  // What is put together of a name and an ending, as the page writes it.
  const whole: Readonly<Record<string, readonly string[]>> = {
    '`${name}-not-examined`': ['NAME-not-examined'],
    '`${name}-examined-nothing`': ['NAME-examined-nothing'],
    '`${kind}-absent`': ['cache-absent', 'discovery-absent'],
    '`${part}-saturated`': ['generator-saturated', 'balancer-saturated'],
  }
  const [, table = ''] = read('docs/how-to-read-a-report.md').split('## Caveats')
  const rows = table.split('\n').flatMap((line) => /^\| (`[^|]+) \|/.exec(line)?.[1] ?? [])
  const told = rows.flatMap((cell) =>
    [...cell.matchAll(/`([\w-]+)`/g)].map(([, code = '']) => code),
  )
  expect(told.toSorted()).toEqual(codes.flatMap((code) => whole[code] ?? code).toSorted())
})
