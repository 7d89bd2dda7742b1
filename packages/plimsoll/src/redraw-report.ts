// `plimsoll report`: a report can be redrawn from its records years later.

import { parseArgs } from 'node:util'
import { readExperiment, RecordFolder } from '@plimsoll/record'
import { exitCodes, type CommandInput } from './command.ts'
import { fileArgument } from './arguments.ts'
import { claimOutputs } from './outputs/outputs.ts'
import { claimResult } from './records-place.ts'
import { writeJudged } from './write-judged.ts'

export async function redrawReport({ args, streams }: CommandInput): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'string' }, out: { type: 'string', multiple: true } },
  })
  await claimResult(values.json, { flag: '--json' })
  const outputs = await claimOutputs(values.out, { hasPage: true })
  const records = new RecordFolder(fileArgument(positionals, 'DIR'))
  const record = await readExperiment(records.path)
  await writeJudged({ record, records, json: values.json, outputs, streams })
  streams.stderr.write(`Written: ${records.path}/report.html\n`)
  return exitCodes.holds
}
