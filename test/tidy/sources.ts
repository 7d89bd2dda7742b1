// The project's files as the tidy tests see them: what git tracks or would track.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Paths relative to the root, without what git ignores. */
export function trackedFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  const deleted = execFileSync('git', ['ls-files', '--deleted'], { cwd: root, encoding: 'utf8' })
  const gone = new Set(deleted.split('\n'))
  return listed.split('\n').filter((path) => path !== '' && !gone.has(path))
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.startsWith('test/')
}

/** The package or system that a file belongs to: `packages/lab`, `systems/reviews`. */
export function homeOf(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}

/** Every module that a file imports or re-exports, as written. */
export function importsOf(path: string): string[] {
  const text = read(path)
  const statements = text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'"`;]*?\bfrom\s+'([^']+)'/g)
  const bare = text.matchAll(/(?:^|\n)\s*import\s+'([^']+)'/g)
  const dynamic = text.matchAll(/\bimport\('([^']+)'\)/g)
  const urls = text.matchAll(/new URL\('([^']+\.(?:ts|js))', import\.meta\.url\)/g)
  return [...statements, ...bare, ...dynamic, ...urls].map((match) => match[1]!)
}

/** A relative import as a path from the root, or undefined for a package. */
export function resolved(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  return normalize(join(dirname(from), specifier))
}
