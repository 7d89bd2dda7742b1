import { expect, test } from 'vitest'
import { importsOf, isTest, read, resolved, root, trackedFiles } from './sources.ts'
import { existsSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const files = trackedFiles()
const sources = files.filter((path) => /\.tsx?$/.test(path))
const code = sources.filter(
  (path) => /^(packages|systems)\/[^/]+\/src\//.test(path) && !isTest(path),
)

/** Files over 400 lines, each with its reason. The list may only shrink. */
const longFiles: Readonly<Record<string, string>> = {
  'systems/messaging/src/rpc/generated/messaging.ts': 'generated from proto/messaging.proto',
}

/** The few files that may touch the world directly, each with its reason. */
const worldly: Readonly<Record<string, string>> = {
  'packages/engine/src/engine-process.ts': 'ends when its parent has ended',
  'packages/plimsoll/src/main.ts': 'the command line: its exit code',
  'packages/plimsoll/src/interruption.ts': 'the second Ctrl-C ends at once',
  'systems/messaging/src/main.ts': 'a command line: its exit code, and the clock for all below it',
  'systems/logging/src/main.ts': 'a command line: its exit code, and the clock for all below it',
  'systems/campaign/src/main.ts': 'a command line: a drain that was cut off must end the process',
  'systems/helpdesk/src/main.ts': 'a command line: a drain that was cut off must end the process',
  'systems/reviews/src/main.ts': 'a command line: a drain that was cut off must end the process',
}

/** What each package offers to the others. */
const exported = new Set(
  files.filter((path) => /^packages\/[^/]+\/package\.json$/.test(path)).flatMap(exportsOf),
)

function exportsOf(path: string): string[] {
  const { exports } = JSON.parse(read(path)) as { exports: string | Record<string, string> }
  const offered = typeof exports === 'string' ? [exports] : Object.values(exports)
  return offered.map((target) => join(dirname(path), target))
}

test('no file is a dumping ground', () => {
  const names = /^(utils?|helpers?|common|shared|misc|lib|core|types|constants|managers?|base)$/
  const wrong = sources.filter((path) =>
    path.split('/').some((part) => names.test(part.replace(/(\.real)?(\.test)?\.tsx?$/, ''))),
  )
  expect(wrong).toEqual([])
})

test('files are named in kebab-case', () => {
  const wrong = sources.filter(
    (path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.tsx?$/.test(path.split('/').at(-1)!),
  )
  expect(wrong).toEqual([])
})

test('no file is longer than 400 lines without a reason', () => {
  const long = sources.filter(
    (path) => read(path).split('\n').length > 400 && longFiles[path] === undefined,
  )
  expect(long).toEqual([])
})

test('every source file is reached by an import, or is an entry', () => {
  const reached = new Set<string>()
  for (const path of files.filter((path) => /\.(ts|js|mjs)$/.test(path))) {
    for (const specifier of importsOf(path)) {
      const target = resolved(path, specifier)
      if (target !== undefined) reached.add(target)
    }
  }
  const dead = code.filter((path) => !reached.has(path) && !exported.has(path))
  expect(dead).toEqual([])
})

test('only package indexes and the façade re-export', () => {
  const wrong = code.filter(
    (path) =>
      !path.endsWith('/index.ts') &&
      !exported.has(path) &&
      !path.startsWith('packages/plimsoll/') &&
      /(^|\n)export (type )?(\{[^}]*\}|\*)\s+from /.test(read(path)),
  )
  expect(wrong).toEqual([])
})

test('nothing is left for later, and nothing is switched off', () => {
  // Written so that this line does not find itself.
  const marks = /\b(?:TO[D]O|FIX[M]E|X[X]X)\b|\.onl[y]\(/
  const wrong = sources.filter((path) => marks.test(read(path)))
  expect(wrong).toEqual([])
})

test('globals of the world are touched only where the list says', () => {
  const world = /\b(Date\.now\(|Math\.random\(|process\.exit\(|console\.(?!ts))/
  const wrong = code.filter((path) => world.test(read(path)) && worldly[path] === undefined)
  expect(wrong).toEqual([])
})

test('links between documents lead somewhere', () => {
  const broken: string[] = []
  for (const path of files.filter((path) => path.endsWith('.md'))) {
    for (const [, link = ''] of read(path).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?:|mailto:|#)/.test(link)) continue
      const target = normalize(join(root, dirname(path), link.split('#')[0]!))
      if (!existsSync(target)) broken.push(`${path} → ${link}`)
    }
  }
  expect(broken).toEqual([])
})

test('no large file slips in', () => {
  const large = files.filter(
    (path) => existsSync(join(root, path)) && statSync(join(root, path)).size > 1_000_000,
  )
  expect(large).toEqual([])
})

test('the lock file names no addresses', () => {
  const addresses = [...read('package-lock.json').matchAll(/"resolved": "https?:[^"]*"/g)]
  expect(addresses).toEqual([])
})
