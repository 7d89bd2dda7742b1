import { expect, test } from 'vitest'
import { homeOf, importsOf, isTest, resolved, trackedFiles } from './sources.ts'

/** What each package may import: the direction of ARCHITECTURE.md. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'packages/statistics': [],
  'packages/workload': [],
  'packages/record': ['statistics', 'workload'],
  'packages/judgement': ['statistics', 'workload', 'record'],
  'packages/engine': ['statistics', 'workload', 'record'],
  'packages/stores': ['workload'],
  'packages/lab': ['statistics', 'workload', 'record', 'judgement', 'engine', 'stores'],
  'packages/report': ['statistics', 'workload', 'record', 'judgement'],
  'packages/plimsoll': [
    'statistics',
    'workload',
    'record',
    'judgement',
    'engine',
    'stores',
    'lab',
    'report',
  ],
  'packages/service': [],
}

const sources = trackedFiles().filter(
  (path) => path.endsWith('.ts') && /^(packages|systems)\//.test(path),
)

test('packages import only what lies below them', () => {
  const wrong: string[] = []
  for (const path of sources.filter((path) => path.startsWith('packages/') && !isTest(path))) {
    for (const specifier of importsOf(path)) {
      const name =
        /^@plimsoll\/([^/]+)/.exec(specifier)?.[1] ?? (specifier === 'plimsoll' ? 'plimsoll' : '')
      if (name === '') continue
      if (!mayImport[homeOf(path)]?.includes(name)) wrong.push(`${path} imports ${specifier}`)
    }
  }
  expect(wrong).toEqual([])
})

test('a backend does not know that it is measured', () => {
  const wrong = sources
    .filter((path) => /^systems\/[^/]+\/src\//.test(path) && !isTest(path))
    .flatMap((path) =>
      importsOf(path)
        .filter((specifier) => /^(@plimsoll\/(?!service)|plimsoll$)/.test(specifier))
        .map((specifier) => `${path} imports ${specifier}`),
    )
  expect(wrong).toEqual([])
})

test('nobody reaches into another package past its index', () => {
  const wrong = sources.flatMap((path) =>
    importsOf(path)
      .filter((specifier) => {
        const target = resolved(path, specifier)
        return target !== undefined && !isTest(path) && homeOf(target) !== homeOf(path)
      })
      .map((specifier) => `${path} imports ${specifier}`),
  )
  expect(wrong).toEqual([])
})
