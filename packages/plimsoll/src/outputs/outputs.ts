// `--out FILE`: the ending of the file says what is written; an address is where OpenTelemetry metrics are sent.

import { PlimsollError } from '@plimsoll/workload'
import { claimResult } from '../records-place.ts'
import { writeResult } from './write-result.ts'
import { csvText } from './csv.ts'
import { hlogText } from './histogram-log.ts'
import { junitText } from './junit.ts'
import { OtlpPush } from './otlp.ts'
import { prometheusText } from './prometheus.ts'
import type { ToldResult } from './told-result.ts'

type Write = (result: ToldResult) => string

const writers: Readonly<Record<string, Write>> = {
  json: (result) => result.json(),
  csv: csvText,
  md: (result) => result.markdown(),
  html: (result) => result.html?.() ?? '',
  xml: junitText,
  prom: prometheusText,
  hlog: hlogText,
}

/** Where figures go besides the records. */
export interface Outputs {
  readonly files: readonly { readonly file: string; readonly write: Write }[]
  readonly collectors: readonly string[]
}

/** Makes sure that each can be written. Throws `arguments-wrong` or `result-not-writable`. */
export async function claimOutputs(
  outs: readonly string[] = [],
  { hasPage }: { hasPage: boolean },
): Promise<Outputs> {
  const collectors = outs.filter((out) => /^https?:\/\//.test(out))
  const files = outs
    .filter((out) => !collectors.includes(out))
    .map((file) => {
      const ending = /\.([a-z]+)$/.exec(file)?.[1] ?? ''
      const write = Object.hasOwn(writers, ending) ? writers[ending] : undefined
      if (write === undefined || (ending === 'html' && !hasPage)) throw wrongEnding(file, hasPage)
      return { file, write }
    })
  for (const { file } of files) await claimResult(file, { flag: '--out' })
  for (const url of collectors) if (URL.parse(url) === null) throw wrongEnding(url, hasPage)
  return { files, collectors }
}

/** Throws `result-not-written`. */
export async function writeOutputs(outputs: Outputs, result: ToldResult): Promise<void> {
  for (const { file, write } of outputs.files) await writeResult(file, write(result))
  for (const url of outputs.collectors) await new OtlpPush(url, result).push()
}

function wrongEnding(file: string, hasPage: boolean): PlimsollError {
  const endings = Object.keys(writers).filter((ending) => hasPage || ending !== 'html')
  return new PlimsollError({
    code: 'arguments-wrong',
    blame: 'input',
    message: `Expected --out to end with one of ${endings.map((ending) => `.${ending}`).join(', ')}, or to be an http:// address; found "${file}".`,
    hint: 'For example: --out result.csv --out junit.xml',
  })
}
