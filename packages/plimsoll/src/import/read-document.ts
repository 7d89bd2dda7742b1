// Reads what is to be imported: JSON, or YAML where the format allows it. A fault is told with its line.

import { readFile, stat } from 'node:fs/promises'
import { isMap, LineCounter, parseDocument } from 'yaml'
import { PlimsollError } from '@plimsoll/workload'
import { DocumentValue, importUnusable } from './document-value.ts'

const bytesAtMost = 256 * 2 ** 20

/** Throws `file-not-found` or `import-unusable`. */
export async function readDocument(
  file: string,
  { yaml }: { yaml: boolean },
): Promise<DocumentValue> {
  const text = (await textOf(file)).replace(/^\uFEFF/, '')
  const first = text.trimStart().charAt(0)
  if (first === '')
    throw importUnusable(file, 'expected a document, found an empty file', exportAgain)
  const isJson = first === '{' || first === '['
  if (!isJson && !yaml) {
    throw importUnusable(
      `${file}, line 1`,
      `expected JSON, found ${JSON.stringify(firstLine(text))}`,
      exportAgain,
    )
  }
  const value = isJson ? jsonOf(text, file) : yamlOf(text, file)
  return new DocumentValue(value, { file })
}

const exportAgain = 'Export it again, as a whole.'

async function textOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => null)
  if (found === null || found.isDirectory()) {
    throw new PlimsollError({
      code: 'file-not-found',
      blame: 'input',
      message: `Expected a file at ${file}, found ${found === null ? 'none' : 'a folder'}.`,
      hint: 'Check the path; it is taken from the folder you are in.',
    })
  }
  if (found.size > bytesAtMost) {
    throw importUnusable(
      file,
      `expected at most 256 MiB, found ${Math.ceil(found.size / 2 ** 20)}`,
      'Record less at a time, without the bodies of answers.',
    )
  }
  return readFile(file, 'utf8')
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    const end = beginningThatIsBroken(text)
    const line = text.slice(0, end).split('\n').length
    const problem =
      end > text.length
        ? 'but the file ends in the middle'
        : `found ${JSON.stringify(
            text
              .slice(end - 1)
              .split('\n')[0]!
              .slice(0, 40),
          )}`
    throw importUnusable(`${file}, line ${line}`, `expected JSON, ${problem}`, exportAgain)
  }
}

/**
 * The length of the shortest beginning that no end could make JSON; one more than there is when all of it could
 * go on. Not every message of `JSON.parse` has a position, but all tell a text that was only cut off.
 */
function beginningThatIsBroken(text: string): number {
  let [good, broken] = [0, text.length + 1]
  while (broken - good > 1) {
    const middle = Math.floor((good + broken) / 2)
    if (isJsonCutOff(text.slice(0, middle))) good = middle
    else broken = middle
  }
  return broken
}

function isJsonCutOff(beginning: string): boolean {
  try {
    JSON.parse(beginning)
    return true
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? -1)
    return /^(Unexpected end|Unterminated string)/.test(message) || position === beginning.length
  }
}

function yamlOf(text: string, file: string): unknown {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false, merge: true })
  const [error] = document.errors
  if (error !== undefined) {
    const { line } = lineCounter.linePos(error.pos[0])
    throw importUnusable(
      `${file}, line ${line}`,
      `expected YAML: ${lowerFirst(error.message)}`,
      'Mend that line.',
    )
  }
  if (!isMap(document.contents)) {
    throw importUnusable(
      `${file}, line 1`,
      `expected JSON or YAML, found ${JSON.stringify(firstLine(text))}`,
      exportAgain,
    )
  }
  // Aliases may be nested to explode: so many are nobody's description of an API.
  return document.toJS({ maxAliasCount: 1_000 }) as unknown
}

function firstLine(text: string): string {
  return (text.trimStart().split('\n')[0] ?? '').slice(0, 40)
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '')
}
