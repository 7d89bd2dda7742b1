// `plimsoll compare`: two experiments that were played at different times, beside each other.

import { parseArgs } from 'node:util'
import { compareExperiments, type ExperimentComparison } from '@plimsoll/judgement'
import { readExperiment, type Plan } from '@plimsoll/record'
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
  const [first, second] = [await readExperiment(before), await readExperiment(after)]
  const comparison = compareExperiments(first, second)
  const json = `${JSON.stringify(inShort(comparison), undefined, 2)}\n`
  if (values.json === '-') streams.stdout.write(json)
  else {
    streams.stdout.write(renderComparison({ before, after, comparison }))
    if (values.json !== undefined) {
      await writeResult(values.json, json, 'Compare again, to a place that can be written.')
    }
  }
  return exitCode(comparison, second.plan)
}

/** A quick run may differ from the next by more than its interval, so its ratios fail nobody. */
function exitCode(comparison: ExperimentComparison, { quick }: Pick<Plan, 'quick'>): number {
  const { configurations, asked_differently, only_before } = comparison
  if (asked_differently.length > 0) return exitCodes.inconclusive
  const isWorse = configurations.some(
    ({ comparison, broken }) => broken.length > 0 || (!quick && comparison?.verdict === 'worse'),
  )
  if (isWorse || only_before.length > 0) return exitCodes.fails
  return configurations.some(({ comparison }) => comparison !== null)
    ? exitCodes.holds
    : exitCodes.inconclusive
}

function inShort({ configurations, ...rest }: ExperimentComparison) {
  return {
    configurations: configurations.map(({ name, before, after, comparison, broken }) => ({
      name,
      before: { verdict: before.verdict, load_line_per_second: before.load_line_per_second },
      after: { verdict: after.verdict, load_line_per_second: after.load_line_per_second },
      ratio: comparison?.ratio ?? null,
      finding: comparison?.verdict ?? null,
      broken,
    })),
    ...rest,
  }
}
