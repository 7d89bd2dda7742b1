// `plimsoll run`: plan, execute, judge, render. Every arrow but execute is a pure function.

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { executeExperiment, isBroken, isKept, readEnvironment, RemainingTime } from '@plimsoll/lab'
import { readExperiment, RecordFolder } from '@plimsoll/record'
import { LiveConsole } from '@plimsoll/report'
import { exitCodes, type CommandInput } from './command.ts'
import { experimentFile, loadExperiment } from './load-module.ts'
import { claimOutputs } from './outputs/outputs.ts'
import { planOf } from './plan-of.ts'
import { fileArgument } from './arguments.ts'
import { claimResult, makeRecordsFolder } from './records-place.ts'
import { version } from './version.ts'
import { writeJudged } from './write-judged.ts'

export async function runExperiment({ args, streams, signal }: CommandInput): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      out: { type: 'string', multiple: true },
      records: { type: 'string', default: 'records' },
    },
  })
  const file = experimentFile(fileArgument(positionals, 'EXPERIMENT'))
  const experiment = await loadExperiment(file)
  const plan = await planOf(experiment, { file, quick: values.quick })
  await claimResult(values.json, { flag: '--json' })
  const outputs = await claimOutputs(values.out, { hasPage: true })
  const records = new RecordFolder(await makeRecordsFolder(values.records, plan.experiment))
  using live = new LiveConsole({
    stream: streams.stderr,
    environment: process.env,
    now: () => performance.now(),
  })
  signal.addEventListener('abort', () => live[Symbol.dispose](), { once: true })
  const emit = live.listen
  const { folder } = experiment.system
  const environment = {
    ...readEnvironment({ version, folder, software: [] }),
    experiment_file: file,
  }
  emit({
    kind: 'experiment-started',
    experiment: plan.experiment,
    question: plan.question,
    quick: plan.quick,
    scale: plan.scale,
    configurations: plan.configurations.map(({ name }) => name),
    repeats: plan.search.repeats,
    expected_per_second: plan.expected_per_second,
    plan_hash: plan.plan_hash,
    expected_seconds: new RemainingTime(plan).seconds,
  })
  const source = { file: resolve(file), kind: 'experiment' as const, select: 'default' }
  try {
    await executeExperiment({ experiment, plan, source, records, environment, emit, signal })
  } catch (error) {
    live[Symbol.dispose]()
    const { path } = records
    streams.stderr.write(`What was recorded is in ${path}; "plimsoll report ${path}" draws it.\n`)
    throw error
  }
  // Read back from disk: what is reported is what the records hold.
  const record = await readExperiment(records.path)
  const judgement = await writeJudged({ record, records, json: values.json, outputs, streams })
  emit({
    kind: 'experiment-ended',
    verdict: judgement.verdict,
    answer: judgement.answer,
    report: `${records.path}/report.html`,
  })
  if (process.env['PLIMSOLL_START'] === 'main') {
    const results = record.runs.flatMap((run) => run.invariants)
    if (results.some(isBroken)) return exitCodes.fails
    return results.every(isKept) ? exitCodes.holds : exitCodes.inconclusive
  }
  return exitCodes[judgement.verdict]
}
