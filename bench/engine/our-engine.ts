// Our engine as the benchmark drives it: phase after phase, each from a session of its own, and what they came to.

import { join } from 'node:path'
import {
  forkEngine,
  startShardedEngine,
  type ShardedEngine,
  type StretchRequest,
} from '@plimsoll/engine'
import { Recorder, type SampleBatch } from '@plimsoll/record'
import { Histogram } from '@plimsoll/statistics'

const source = {
  file: join(import.meta.dirname, 'bench-workload.ts'),
  select: 'bench',
  kind: 'workload',
} as const

/** What one phase came to. */
export interface Played {
  readonly ok: number
  readonly notOk: number
  readonly responseTimes: Histogram
  readonly lateness: Histogram
  readonly from_second: number
  readonly to_second: number
}

export interface OurEngine extends AsyncDisposable {
  /** Of its first process. */
  readonly pid: number
  /** Of all its workers. */
  readonly pids: readonly number[]
  readonly engine: ShardedEngine
  readonly recorder: Recorder
  /** Plays a closed phase so long, or `sessions` of it. */
  playPhase(phase: string, how: { lasts_ms: number; level?: number }): Promise<Played>
  /** Plays the `even` phase's mix at a rate; `poisson` by the phase of that name. */
  playRate(rate: number, how: { lasts_ms: number }): Promise<Played>
}

const sessionsPerPhase = 10_000_000

export async function startOurEngine({
  url,
  workers = 1,
  onBatch = () => {},
}: {
  readonly url: string
  readonly workers?: number
  readonly onBatch?: (batch: SampleBatch) => void
}): Promise<OurEngine> {
  const recorder = new Recorder()
  const engine = await startShardedEngine({
    processes: Array.from({ length: workers }, forkEngine),
    source,
    targets: [url],
    seed: 1,
    onBatch(batch) {
      recorder.absorb(batch)
      onBatch(batch)
    },
    onTrouble: (error) => void process.stderr.write(`${error.message}\n`),
  })
  let played = 0

  async function play(stretch: Stretch): Promise<Played> {
    played += 1
    const second = Math.ceil(engine.second() + 0.02)
    const begun = recorder.begin({
      kind: 'phase',
      name: `${played}`,
      from_second: second,
      counted_from_second: second,
      to_second: Infinity,
      sessions_per_second: 0,
      measured: true,
    })
    const first_session = played * sessionsPerPhase
    const { to_second } = await engine.play({ ...stretch, first_session, second })
    await engine.drain({ within_ms: stretch.drain_ms })
    begun.to_second = Math.ceil(to_second)
    const sum = { ok: 0, notOk: 0, responseTimes: new Histogram(), lateness: new Histogram() }
    for (const { actions } of recorder.seconds.slice(second)) {
      for (const { ok, failed, unknown, dropped, response_time } of actions.values()) {
        sum.ok += ok
        sum.notOk += failed + unknown + dropped
        sum.responseTimes.add(response_time)
      }
    }
    for (const { lateness } of begun.actions.values()) sum.lateness.add(lateness)
    return { ...sum, from_second: second, to_second }
  }

  return {
    pid: engine.pids[0] ?? 0,
    pids: engine.pids,
    engine,
    recorder,
    playPhase: (phase, { lasts_ms, level = 1 }) =>
      play({
        from: 'phase',
        phase,
        level,
        duration: lasts_ms / 1_000,
        drain_ms: level === 1 ? 5_000 : 0,
      }),
    playRate: (rate, { lasts_ms }) =>
      play({ from: 'rate', sessions_per_second: rate, lasts_ms, mixOf: 'even', drain_ms: 5_000 }),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  }
}

type Stretch = { readonly drain_ms: number } & (
  | Omit<Extract<StretchRequest, { from: 'phase' }>, 'first_session' | 'second'>
  | Omit<Extract<StretchRequest, { from: 'rate' }>, 'first_session' | 'second'>
)
