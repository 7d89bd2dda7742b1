// `plimsoll compare`: two experiments that were played at different times, beside each other.

import { parseArgs } from 'node:util'
import { compareExperiments, type ExperimentComparison } from '@plimsoll/judgement'
import { readExperiment } from '@plimsoll/record'
import { renderComparison } from '@plimsoll/report'
import { fileArguments } from './arguments.ts'
import { exitCodes, type CommandInput } from './command.ts'
import { writeResult } from './outputs/write-result.ts'
import { claimResult } from './records-place.ts'

export async function compareRecords({ args, streams }: CommandInput): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'string' } },
  })
  const [before, after] = fileArguments(positionals, ['BEFORE', 'AFTER'])
  await claimResult(values.json, { flag: '--json' })
  const comparison = compareExperiments(await readExperiment(before), await readExperiment(after))
  const json = `${JSON.stringify(inShort(comparison), undefined, 2)}\n`
  if (values.json === '-') streams.stdout.write(json)
  else {
    streams.stdout.write(renderComparison({ before, after, comparison }))
    if (values.json !== undefined) await writeResult(values.json, json)
  }
  return exitCode(comparison)
}

function exitCode({ configurations }: ExperimentComparison): number {
  const isWorse = configurations.some(
    ({ before, after, comparison }) =>
      comparison?.verdict === 'worse' || (before.verdict === 'holds' && after.verdict === 'fails'),
  )
  if (isWorse) return exitCodes.fails
  return configurations.some(({ comparison }) => comparison !== null)
    ? exitCodes.holds
    : exitCodes.inconclusive
}

function inShort({ configurations, ...rest }: ExperimentComparison) {
  return {
    configurations: configurations.map(({ name, before, after, comparison }) => ({
      name,
      before: { verdict: before.verdict, load_line_per_second: before.load_line_per_second },
      after: { verdict: after.verdict, load_line_per_second: after.load_line_per_second },
      ratio: comparison?.ratio ?? null,
      finding: comparison?.verdict ?? null,
    })),
    ...rest,
  }
}
