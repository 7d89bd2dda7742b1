// Records → judgement → report, written beside the records.

import { judge, type Judgement } from '@plimsoll/judgement'
import type { ExperimentRecord, RecordFolder } from '@plimsoll/record'
import type { Streams } from './command.ts'
import { experimentResult } from './experiment-result.ts'
import { writeOutputs, type Outputs } from './outputs/outputs.ts'
import { writeResult } from './outputs/write-result.ts'

export interface WriteJudgedOptions {
  readonly record: ExperimentRecord
  readonly records: RecordFolder
  /** Where the result as JSON goes; `-` is standard output. */
  readonly json: string | undefined
  readonly outputs: Outputs
  readonly streams: Streams
}

export async function writeJudged(options: WriteJudgedOptions): Promise<Judgement> {
  const { record, records, json, outputs, streams } = options
  const judgement = judge(record)
  const result = experimentResult(judgement, record)
  await records.writeJson('judgement.json', judgement)
  await records.writeText('report.html', result.html())
  const markdown = result.markdown()
  await records.writeText('report.md', markdown)
  if (json === '-') streams.stdout.write(result.json())
  else {
    streams.stdout.write(markdown)
    if (json !== undefined) await writeResult(json, result.json())
  }
  await writeOutputs(outputs, result)
  return judgement
}
