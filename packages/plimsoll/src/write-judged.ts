// Records → judgement → report, written beside the records.

import { writeFile } from 'node:fs/promises'
import { judge, resultJson, type Judgement } from '@plimsoll/judgement'
import type { ExperimentRecord, RecordFolder } from '@plimsoll/record'
import { renderHtml, renderMarkdown } from '@plimsoll/report'
import { PlimsollError } from '@plimsoll/workload'
import type { Streams } from './command.ts'

export interface WriteJudgedOptions {
  readonly record: ExperimentRecord
  readonly records: RecordFolder
  /** Where the result as JSON goes; `-` is standard output. */
  readonly json: string | undefined
  readonly streams: Streams
}

export async function writeJudged(options: WriteJudgedOptions): Promise<Judgement> {
  const { record, records, json, streams } = options
  const judgement = judge(record)
  await records.writeJson('judgement.json', judgement)
  await records.writeText('report.html', renderHtml({ judgement, record }))
  const markdown = renderMarkdown({ judgement, record })
  await records.writeText('report.md', markdown)
  if (json === '-') streams.stdout.write(jsonText(judgement, record))
  else {
    streams.stdout.write(markdown)
    if (json !== undefined) await writeResult(json, jsonText(judgement, record))
  }
  return judgement
}

function jsonText(judgement: Judgement, { plan }: ExperimentRecord): string {
  return `${JSON.stringify(resultJson(judgement, plan), undefined, 2)}\n`
}

/** Throws `result-not-written`. */
export async function writeResult(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (error) {
    throw new PlimsollError({
      code: 'result-not-written',
      blame: 'environment',
      message: `The result could not be written to ${file}: ${String(error)}`,
      hint: 'The report is in the records; "plimsoll report DIR --json FILE" writes it again.',
      cause: error,
    })
  }
}
