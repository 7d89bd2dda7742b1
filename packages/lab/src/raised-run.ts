// What a run stands on: the deployed configuration, the engine, the record that grows and the watch that
// fills it. Raised front to back, put away back to front, also when raising fails half-way.

import { join } from 'node:path'
import { startEngine, type Engine, type WorkloadSource } from '@plimsoll/engine'
import {
  Recorder,
  type Plan,
  type PlannedConfiguration,
  type ProgressListener,
  type RecordFolder,
  type RunRecord,
} from '@plimsoll/record'
import { AlarmWatch } from './alarm-watch.ts'
import { PartWait } from './part-wait.ts'
import { deploy, type Deployment, type LinkName } from './platform/index.ts'
import { emptyRecord } from '@plimsoll/record'
import { SecondWatch } from './second-watch.ts'
import type { System } from './system.ts'

export interface RaiseOptions {
  readonly system: System
  readonly configuration: PlannedConfiguration
  readonly repeat: number
  readonly plan: Pick<Plan, 'seed' | 'pauses_share' | 'faults' | 'alarms'>
  readonly source: WorkloadSource
  /** Data folders of the databases to start from, by part. */
  readonly templateFolders: Readonly<Record<string, string>>
  readonly records: RecordFolder
  readonly emit: ProgressListener
  /** Ends the deployment, or the stretch being played. */
  readonly signal: AbortSignal
}

/** All of it, ready to be played against. */
export interface RaisedRun extends AsyncDisposable {
  readonly deployment: Deployment
  readonly engine: Engine
  readonly recorder: Recorder
  readonly record: RunRecord
  readonly ledgerFile: string
  readonly parts: PartWait
  readonly watch: Pick<SecondWatch, 'pause' | 'resume'>
  /** Throws when the engine died or something could not be written: the run is spoilt. */
  throwTrouble(): void
}

function linksToCut({ faults = [] }: Pick<Plan, 'faults'>): LinkName[] {
  return faults.flatMap(({ kind, part, to }) =>
    kind === 'cut' && to !== undefined ? [{ from: part, to }] : [],
  )
}

/** Deploys the configuration and starts the engine; nothing is played and nothing limited yet. */
export async function raiseRun(options: RaiseOptions): Promise<RaisedRun> {
  await using stack = new AsyncDisposableStack()
  const { system, configuration, repeat, records, signal, emit } = options
  signal.throwIfAborted()
  const place = { configuration: configuration.name, repeat }
  const runFolder = await records.runPath(place)
  const { templateFolders } = options
  const deploying = deploy({
    system,
    configuration,
    runFolder,
    limits: 'set',
    templateFolders,
    links: linksToCut(options.plan),
    signal,
  })
  const recorder = new Recorder()
  const ledgerFile = join(runFolder, 'ledger.ndjson')
  const troubles: Error[] = []
  const onTrouble = (error: Error) => void troubles.push(error)
  const starting = startEngine({
    source: options.source,
    targets: deploying.then(({ url }) => [url]),
    seed: options.plan.seed,
    pauses: options.plan.pauses_share,
    ledgerFile,
    onBatch: (batch) => recorder.absorb(batch),
    onTrouble,
  })
  // Both to their end: what one of them raised is put away when the other fails.
  const [deployed, started] = await Promise.allSettled([deploying, starting])
  if (deployed.status === 'fulfilled') stack.use(deployed.value)
  if (started.status === 'fulfilled') stack.use(started.value)
  const [deployment, engine] = await Promise.all([deploying, starting])
  const record = emptyRecord({
    ...place,
    recorder,
    balancer: deployment.balancer,
    started_at: new Date().toISOString(),
  })
  const writer = stack.use(await records.openRun(record))
  const stop = () => void engine.stop().catch(() => {})
  signal.addEventListener('abort', stop, { once: true })
  stack.defer(() => signal.removeEventListener('abort', stop))
  const alarms = new AlarmWatch({ alarms: options.plan.alarms ?? [], record, emit })
  const watched = { deployment, engine, recorder, record, writer, emit, alarms, onTrouble }
  const watch = stack.use(new SecondWatch(watched))
  const kept = stack.move()
  return {
    deployment,
    engine,
    recorder,
    record,
    ledgerFile,
    parts: new PartWait({ record, engine }),
    watch,
    throwTrouble() {
      for (const trouble of troubles) throw trouble
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}
