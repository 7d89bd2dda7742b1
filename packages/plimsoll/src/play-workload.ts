// `plimsoll load`: plays the declared phases against a server that is already there, and tells what it saw.

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startEngine, type Engine } from '@plimsoll/engine'
import { emptyRecord } from '@plimsoll/lab'
import { summariseActions } from '@plimsoll/judgement'
import { Recorder, RecordFolder, type RunRecord } from '@plimsoll/record'
import { PlimsollError, type Workload } from '@plimsoll/workload'
import { actionTable, type PlayedPhase } from './action-table.ts'
import { exitCodes, type CommandInput } from './command.ts'
import { fileArgument, wholeNumber } from './arguments.ts'
import { loadWorkload } from './load-module.ts'
import { LoadProgress } from './load-progress.ts'
import { claimResult, makeRecordsFolder } from './records-place.ts'
import { writeResult } from './write-judged.ts'

const sessionsPerPhase = 1_000_000_000
const closeWithin_ms = 10_000

export async function playWorkload({ args, streams, signal }: CommandInput): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      at: { type: 'string', multiple: true },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
      records: { type: 'string', default: 'records' },
    },
  })
  const [file = '', select] = fileArgument(positionals, 'WORKLOAD').split('#')
  const targets = (values.at ?? []).map(baseUrl)
  if (targets.length === 0) throw atMissing()
  const seed = wholeNumber(values.seed, { flag: '--seed', least: 0, most: 2 ** 31 })
  const { workload, name } = await loadWorkload(file, select)
  await claimResult(values.json)
  const records = new RecordFolder(await makeRecordsFolder(values.records, `load-${name}`))
  const run = emptyRun(name)
  const recorder = run.recorder
  const ledgerFile = `${await records.runPath({ configuration: 'load', repeat: 1 })}/ledger.ndjson`
  await using writer = await records.openRun(run.record)
  const troubles: Error[] = []
  await using engine = await startEngine({
    source: {
      file: resolve(file),
      select: name,
      kind: 'workload',
    },
    targets,
    seed,
    ledgerFile,
    onBatch: (batch) => recorder.absorb(batch),
    onTrouble: (error) => void troubles.push(error),
  })
  signal.addEventListener('abort', () => void engine.stop().catch(() => {}), { once: true })
  using _progress = new LoadProgress({ engine, recorder, stream: streams.stderr })
  await engine.setUp(signal)
  await playPhases(engine, { workload, recorder, signal })
  await engine.close({ within_ms: signal.aborted ? 0 : closeWithin_ms })
  await writer.close()
  for (const trouble of troubles) throw trouble
  const json = jsonText(run.record)
  if (values.json === '-') streams.stdout.write(json)
  else {
    const phases = measuredPhases(run.record)
    streams.stdout.write(actionTable({ phases, record: run.record }))
    if (values.json !== undefined) await writeResult(values.json, json)
  }
  streams.stderr.write(`Records: ${records.path}\n`)
  return exitCodes.holds
}

async function playPhases(
  engine: Engine,
  { workload, recorder, signal }: { workload: Workload; recorder: Recorder; signal: AbortSignal },
): Promise<void> {
  for (const [n, [name, phase]] of Object.entries(workload.phases).entries()) {
    if (signal.aborted) return
    const from_second = Math.ceil(engine.second())
    const stretch = recorder.begin({
      kind: 'phase',
      name,
      from_second,
      counted_from_second: from_second,
      to_second: from_second + Math.ceil(phase.shape.lasts / 1e3),
      sessions_per_second: phase.shape.levelAt(0 as never),
      measured: phase.measured !== false,
    })
    const first_session = (n + 1) * sessionsPerPhase
    const whole = { from: 'phase', phase: name, level: 1, duration: 1 } as const
    const played = await engine.play({ ...whole, first_session, second: from_second })
    stretch.to_second = Math.ceil(played.to_second)
  }
}

function emptyRun(workload: string): { record: RunRecord; recorder: Recorder } {
  const recorder = new Recorder()
  const started_at = new Date().toISOString()
  const place = { configuration: workload, repeat: 1, started_at, balancer: 'none' }
  return { record: emptyRecord({ ...place, recorder }), recorder }
}

function measuredPhases(run: RunRecord): PlayedPhase[] {
  return run.stretches
    .filter(({ measured }) => measured)
    .map((stretch) => ({ name: stretch.name, actions: summariseActions([{ run, stretch }]) }))
}

/** The figures of all measured phases together, then of each. */
function jsonText(run: RunRecord): string {
  const measured = run.stretches.filter((stretch) => stretch.measured)
  const actions = summariseActions(measured.map((stretch) => ({ run, stretch })))
  const { sessions, reasons } = run
  const result = { actions, phases: measuredPhases(run), sessions, reasons }
  return `${JSON.stringify(result, undefined, 2)}\n`
}

function baseUrl(text: string): string {
  const url = URL.parse(text)
  if (url?.protocol === 'http:' && url.search === '' && url.hash === '') {
    return text.replace(/\/$/, '')
  }
  throw new PlimsollError({
    code: 'arguments-wrong',
    blame: 'input',
    message: `Expected --at to be an http:// address without a query, found "${text}".`,
    hint: 'For example: --at http://127.0.0.1:8080',
  })
}

function atMissing(): PlimsollError {
  return new PlimsollError({
    code: 'arguments-wrong',
    blame: 'input',
    message: 'Expected --at URL, found none: a workload knows no addresses.',
    hint: 'For example: --at http://127.0.0.1:8080',
  })
}
