// `plimsoll import`: what another tool wrote → a workload in TypeScript, to be read and changed by hand.

import { basename, extname } from 'node:path'
import { parseArgs } from 'node:util'
import { PlimsollError } from '@plimsoll/workload'
import { exitCodes, type CommandInput } from '../command.ts'
import { writeNewFile } from '../new-file.ts'
import { requestsIn, type Draft } from './draft.ts'
import type { DocumentValue } from './document-value.ts'
import { draftFromHar } from './har.ts'
import { draftFromOpenApi } from './openapi.ts'
import { draftFromPostman } from './postman.ts'
import { readDocument } from './read-document.ts'
import { workloadText } from './workload-text.ts'

interface Format {
  /** Whether it may be YAML. */
  readonly yaml: boolean
  readonly draftFrom: (document: DocumentValue, from: { file: string }) => Draft
}

const formats: Readonly<Record<string, Format>> = {
  har: { yaml: false, draftFrom: draftFromHar },
  openapi: { yaml: true, draftFrom: draftFromOpenApi },
  postman: { yaml: false, draftFrom: draftFromPostman },
}

export async function importFile({ args, streams }: CommandInput): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { to: { type: 'string' } },
  })
  const [name = '', file, ...rest] = positionals
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined
  if (format === undefined || file === undefined || rest.length > 0) throw wrongWords(positionals)
  const draft = format.draftFrom(await readDocument(file, format), { file: basename(file) })
  const text = workloadText(draft)
  const to =
    values.to ?? `${basename(file, extname(file)).replaceAll(/[^\w.-]+/g, '-')}.workload.ts`
  if (to === '-') {
    streams.stdout.write(text)
    return exitCodes.holds
  }
  await writeNewFile(to, text)
  const count = requestsIn(draft)
  streams.stderr.write(
    [
      `Written: ${to}, ${count} ${count === 1 ? 'request' : 'requests'} of ${draft.personas.length} ${draft.personas.length === 1 ? 'persona' : 'personas'}`,
      ...draft.notes.map((note) => `  ${note}`),
      `Next: plimsoll load ${to} --at http://127.0.0.1:8080`,
      '',
    ].join('\n'),
  )
  return exitCodes.holds
}

function wrongWords(found: readonly string[]): PlimsollError {
  return new PlimsollError({
    code: 'arguments-wrong',
    blame: 'input',
    message: `Expected one of ${Object.keys(formats).join(', ')} and a file, found ${found.length === 0 ? 'none' : found.join(' ')}.`,
    hint: 'For example: plimsoll import har shop.har',
  })
}
