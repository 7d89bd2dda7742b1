// The hash of the sources that define a workload: the file itself and everything it imports by a relative
// path, data files too, so that two runs with the same plan hash played the same thing.

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'

const imported = /\bfrom\s+['"](\.{1,2}\/[^'"]+)['"]/g
const besideIt = /\bnew URL\(\s*['"]([^'"]+)['"]\s*,\s*import\.meta\.url/g
const isData = /\.(csv|tsv|json)$/

/** SHA-256 over `file` and its relative imports, in a fixed order, whatever folder the project lies in. */
export async function hashSources(file: string): Promise<string> {
  const texts = new Map<string, string>()
  await collect(resolve(file), texts)
  const hash = createHash('sha256')
  const home = dirname(resolve(file))
  for (const path of [...texts.keys()].toSorted()) {
    hash.update(`${relative(home, path)}\n${texts.get(path)}\n`)
  }
  return hash.digest('hex')
}

async function collect(path: string, texts: Map<string, string>): Promise<void> {
  if (texts.has(path)) return
  // What only looks like an import (in a comment, in a text) may lead nowhere; a real one was loaded before.
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text === null) return
  texts.set(path, text)
  if (isData.test(path)) return
  for (const [, specifier = ''] of text.matchAll(imported)) {
    await collect(resolve(dirname(path), specifier), texts)
  }
  for (const [, file = ''] of text.matchAll(besideIt)) {
    if (isData.test(file)) await collect(resolve(dirname(path), file), texts)
  }
}
