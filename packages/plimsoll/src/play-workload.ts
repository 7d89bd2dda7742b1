// `plimsoll load`: plays the declared phases against a server that is already there, and tells what it saw.

import { resolve } from 'node:path'
import { forkEngine, startShardedEngine, type EngineProcess } from '@plimsoll/engine'
import { emptyRecord, Recorder, RecordFolder, type RunRecord, type Verdict } from '@plimsoll/record'
import type { Workload } from '@plimsoll/workload'
import { exitCodes, type CommandInput } from './command.ts'
import { loadWorkload } from './load-module.ts'
import { loadOptions, type LoadOptions } from './load-options.ts'
import { LoadProgress } from './load-progress.ts'
import { LoadRun } from './load-run.ts'
import { LoadWatch } from './load-watch.ts'
import type { Claim } from './outputs/told-result.ts'
import { makeRecordsFolder } from './records-place.ts'
import { keysHelp, listenForKeys } from './steering-keys.ts'
import { listenForSteering } from './steering-socket.ts'

const closeWithin_ms = 10_000

export async function playWorkload(input: CommandInput): Promise<number> {
  const { args, streams, signal } = input
  const options = await loadOptions(args)
  const { file, select, targets, seed, processes, levels, json } = options
  // They load while the workload is loaded here.
  await using stack = new AsyncDisposableStack()
  const forked = Array.from({ length: options.debug ? 0 : processes }, () =>
    stack.use(forkEngine()),
  )
  const { workload, name } = await loadWorkload(file, select)
  if (options.debug) {
    const { debugSessions } = await import('./debug-session.ts')
    return debugSessions({ workload, target: targets[0], seed }, { streams, signal })
  }
  const records = new RecordFolder(await makeRecordsFolder(options.records, `load-${name}`))
  const { record, recorder } = emptyRun(name)
  await playRecorded({ workload, name, options, forked, record, recorder, records }, input)
  const { loadResult, loadText } = await import('./load-result.ts')
  const { writeOutputs } = await import('./outputs/outputs.ts')
  const { writeResult } = await import('./outputs/write-result.ts')
  const result = loadResult(record, levels)
  if (json === '-') streams.stdout.write(result.json())
  else {
    streams.stdout.write(loadText(record, result))
    if (json !== undefined) await writeResult(json, result.json())
  }
  streams.stderr.write(`Records: ${records.path}\n`)
  await writeOutputs(options.outputs, result)
  return levels.length === 0 ? exitCodes.holds : exitCodes[verdictOf(record, result.claims)]
}

/** Of a load that has levels: without a measured phase none was judged. */
function verdictOf({ stretches, caveats }: RunRecord, claims: readonly Claim[]): Verdict {
  if (claims.some(({ verdict }) => verdict === 'fails')) return 'fails'
  const isShown = claims.every(({ verdict }) => verdict === 'holds')
  const isForbidden = caveats.some(({ forbids_holds }) => forbids_holds)
  const isMeasured = stretches.some(({ measured }) => measured)
  return isShown && isMeasured && !isForbidden ? 'holds' : 'inconclusive'
}

interface Recorded {
  readonly workload: Workload
  readonly name: string
  readonly options: LoadOptions
  readonly forked: readonly EngineProcess[]
  readonly record: RunRecord
  readonly recorder: Recorder
  readonly records: RecordFolder
}

async function playRecorded(
  { workload, name, options, forked, record, recorder, records }: Recorded,
  { streams, signal }: CommandInput,
): Promise<void> {
  const { file, targets, seed, levels, outputs } = options
  const ledgerFile = `${await records.runPath({ configuration: 'load', repeat: 1 })}/ledger.ndjson`
  await using writer = await records.openRun(record)
  const troubles: Error[] = []
  await using engine = await startShardedEngine({
    processes: forked,
    source: { file: resolve(file), select: name, kind: 'workload' },
    targets,
    seed,
    ledgerFile,
    onBatch: (batch) => recorder.absorb(batch),
    onTrouble: (error) => void troubles.push(error),
  })
  signal.addEventListener('abort', () => void engine.stop().catch(() => {}), { once: true })
  const run = new LoadRun({ engine, workload, record, recorder, levels, signal })
  await using _socket = await listenForSteering(run, records.path)
  const asked = () => run.asked
  using progress = new LoadProgress({ engine, recorder, stream: streams.stderr, asked })
  const { tell } = progress
  const interrupt = () => void process.kill(process.pid, 'SIGINT')
  using keys = listenForKeys({ run, input: process.stdin, tell, interrupt })
  tell(`Records: ${records.path}${keys === undefined ? '' : ` (${keysHelp})`}`)
  using _push = await livePush(outputs.collectors, { name: `load ${name}`, run: record, tell })
  const onTrouble = (trouble: Error) => {
    troubles.push(trouble)
    // An engine that is gone already needs no stopping.
    void run.stop().catch(() => {})
  }
  await engine.setUp(signal)
  await using watch = new LoadWatch({ engine, recorder, record, writer, onTrouble })
  await run.play()
  await engine.close({ within_ms: signal.aborted ? 0 : closeWithin_ms })
  await watch[Symbol.asyncDispose]()
  const { loadCaveats } = await import('./load-caveats.ts')
  record.caveats.push(...loadCaveats(record, { levels, interrupted: signal.aborted }))
  await writer.close()
  for (const trouble of troubles) throw trouble
}

/** Metrics for collectors, where there are any. */
async function livePush(
  collectors: readonly string[],
  options: { name: string; run: RunRecord; tell: (line: string) => void },
): Promise<Disposable | undefined> {
  if (collectors.length === 0) return undefined
  return new (await import('./live-push.ts')).LivePush(collectors, options)
}

function emptyRun(workload: string): { record: RunRecord; recorder: Recorder } {
  const recorder = new Recorder()
  const started_at = new Date().toISOString()
  const place = { configuration: workload, repeat: 1, started_at, balancer: 'none' }
  return { record: emptyRecord({ ...place, recorder }), recorder }
}
