// Our engine on one workload, and what came of the phases that it plays.

import { setTimeout as sleep } from 'node:timers/promises'
import { startEngine, type Engine } from '@plimsoll/engine'
import { Recorder, type SecondRecord } from '@plimsoll/record'
import { Histogram } from '@plimsoll/statistics'
import type { Workload } from 'plimsoll'

/** An engine with its record. */
export interface Load extends AsyncDisposable {
  readonly engine: Engine
  readonly recorder: Recorder
  readonly workload: Workload
  /** Processor time that the engine has used since its start, in seconds, as far as it has told. */
  readonly generatorCpu_s: () => number
}

export interface Figures {
  readonly per_second: number
  readonly p99_ms: number
  /** Failed, unknown, dropped, or without an answer a second after the end. */
  readonly not_ok: number
}

/** Starts an engine on the workload that `file` exports as `select`, and makes what its setups make. */
export async function startLoad(
  { file, select, workload }: { file: string; select: string; workload: Workload },
  { url, say }: { url: string; say: (line: string) => void },
): Promise<Load> {
  const recorder = new Recorder()
  let [used_s, at_second] = [0, 0]
  const engine = await startEngine({
    source: { file, select, kind: 'workload' },
    targets: [url],
    seed: 1,
    onBatch: (batch) => {
      used_s += (batch.health[0]?.cpu_cores ?? 0) * (batch.at_second - at_second)
      at_second = batch.at_second
      recorder.absorb(batch)
    },
    onTrouble: (error) => say(error.message),
  })
  await engine.setUp(new AbortController().signal)
  const load = { engine, recorder, workload, generatorCpu_s: () => used_s }
  return { ...load, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() }
}

/** Plays a phase for so long. Resolves to its seconds but the first, once their answers had a second to come. */
export async function playPhase(
  { engine, recorder, workload }: Load,
  {
    phase,
    seconds,
    level = 1,
    first_session,
  }: { phase: string; seconds: number; level?: number; first_session: number },
): Promise<SecondRecord[]> {
  const second = Math.ceil(engine.second() + 0.01)
  const duration = (seconds * 1_000) / (workload.phases[phase]?.shape.lasts ?? 0)
  await engine.play({ from: 'phase', phase, level, duration, first_session, second })
  await sleep(1_200)
  return recorder.seconds.slice(second + 1, second + seconds)
}

/** What these seconds say of the actions whose names fit. */
export function figuresOf(
  seconds: readonly SecondRecord[],
  fits: (action: string) => boolean = () => true,
): Figures {
  const times = new Histogram()
  let notOk = 0
  for (const { actions } of seconds) {
    for (const [name, { response_time, due, ok }] of actions) {
      if (!fits(name)) continue
      times.add(response_time)
      notOk += due - ok
    }
  }
  return {
    per_second: times.count / seconds.length,
    p99_ms: times.quantile(0.99) / 1_000,
    not_ok: notOk,
  }
}

/** `6000/s, p99 4.2 ms, 0 not ok`. */
export function told({ per_second, p99_ms, not_ok }: Figures): string {
  return `${Math.round(per_second)}/s, p99 ${p99_ms.toFixed(1)} ms, ${not_ok} not ok`
}
