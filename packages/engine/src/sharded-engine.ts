// One load by several engines, each in a process of its own and with every n-th session: exactly the sessions, at
// exactly the instants, that one engine would play.

import type { Drained, PlayedStretch } from './messages.ts'
import {
  lead_ms,
  secondOf,
  startEngine,
  type Engine,
  type EngineOptions,
  type EngineProcess,
  type LoadBeginning,
} from './engine.ts'
import { MergedBatches } from './merged-batches.ts'

export interface ShardedEngineOptions extends Omit<
  EngineOptions,
  'shard' | 'beginning' | 'process'
> {
  /** Forked and not started, one or more; each can use a core. */
  readonly processes: readonly EngineProcess[]
}

/** Several engines that play one load as one. */
export interface ShardedEngine extends Omit<Engine, 'pid' | 'given' | 'give'> {
  readonly pids: readonly number[]
}

/** Every worker hears of a stretch before it begins. */
const heardWithin_s = (5 * lead_ms) / 1_000

/** Rejects as `startEngine` does. */
export async function startShardedEngine(options: ShardedEngineOptions): Promise<ShardedEngine> {
  const { processes, onBatch, ...others } = options
  const [only] = processes
  if (only === undefined) throw new RangeError('expected at least one process, found none')
  if (processes.length === 1) {
    const engine = await startEngine({ ...others, onBatch, process: only })
    return { ...engine, pids: [engine.pid] }
  }
  const of = processes.length
  const merged = new MergedBatches(of)
  const beginning: LoadBeginning = { at: undefined }
  const starting = await Promise.allSettled(
    processes.map((process, index) =>
      startEngine({
        ...others,
        process,
        beginning,
        shard: { index, of },
        onBatch: (batch) => onBatch(merged.merge(index, batch)),
      }),
    ),
  )
  const engines = starting.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const dispose = async () =>
    void (await Promise.all(engines.map((engine) => engine[Symbol.asyncDispose]())))
  const failed = starting.find((one) => one.status === 'rejected')
  if (failed !== undefined) {
    await dispose()
    throw failed.reason
  }
  const [first, ...rest] = engines as [Engine, ...Engine[]]
  const all = <Value>(ask: (engine: Engine) => Promise<Value>) => Promise.all(engines.map(ask))
  return {
    pids: engines.map(({ pid }) => pid),
    second: () => secondOf(beginning),
    async setUp(signal) {
      await first.setUp(signal)
      const given = await first.given()
      await Promise.all(rest.map((engine) => engine.give(given)))
    },
    async play(stretch) {
      const second = Math.max(stretch.second, secondOf(beginning) + heardWithin_s)
      return together(await all((engine) => engine.play({ ...stretch, second })))
    },
    stop: async () => void (await all((engine) => engine.stop())),
    steer: async (steer) => void (await all((engine) => engine.steer(steer))),
    underWay: async () => sum(await all((engine) => engine.underWay())),
    drain: async (limit) => left(await all((engine) => engine.drain(limit))),
    close: async (limit) => left(await all((engine) => engine.close(limit))),
    [Symbol.asyncDispose]: dispose,
  }
}

function together(played: readonly PlayedStretch[]): PlayedStretch {
  return {
    from_second: Math.min(...played.map(({ from_second }) => from_second)),
    to_second: Math.max(...played.map(({ to_second }) => to_second)),
    next_session: Math.max(...played.map(({ next_session }) => next_session)),
  }
}

function left(drained: readonly Drained[]): Drained {
  return {
    sessions_alive: sum(drained.map(({ sessions_alive }) => sessions_alive)),
    under_way: sum(drained.map(({ under_way }) => under_way)),
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
