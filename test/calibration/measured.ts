// Plays a workload of this folder by the engine, and keeps every figure exactly: no histogram stands
// between the engine and the arithmetic.

import { writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { startEngine, type Drained, type Engine, type PlayedStretch } from '@plimsoll/engine'
import {
  outcomeNames,
  type OutcomeName,
  type ReasonCount,
  type SampleBatch,
} from '@plimsoll/record'

/** Times in ms. */
export interface Measured {
  readonly action: string
  readonly second: number
  readonly outcome: OutcomeName
  readonly lateness: number
  readonly service: number
}

export interface Playing {
  readonly workload: string
  readonly phase: string
  readonly targets: readonly string[]
  readonly ledgerFile?: string
  /** How long sessions may live on after the stretch, ms. */
  readonly closeWithin?: number
}

export interface Result {
  readonly played: PlayedStretch
  readonly closed: Drained
  readonly actions: readonly Measured[]
  readonly due: number
  readonly batches: readonly SampleBatch[]
  readonly reasons: readonly ReasonCount[]
  readonly errors: readonly string[]
}

export const seed = 7

/** Starts an engine with a workload of workloads.ts. */
export function engineFor(
  options: Omit<Playing, 'phase' | 'closeWithin'>,
  onBatch: (batch: SampleBatch) => void,
  onTrouble: (error: Error) => void = (error) => {
    throw error
  },
): Promise<Engine> {
  const { workload, targets, ledgerFile } = options
  return startEngine({
    source: { file: join(import.meta.dirname, 'workloads.ts'), select: workload, kind: 'workload' },
    targets,
    seed,
    onBatch,
    onTrouble,
    ...(ledgerFile === undefined ? {} : { ledgerFile }),
  })
}

/** Plays one phase once, from start to close. */
export async function play(playing: Playing): Promise<Result> {
  const batches: SampleBatch[] = []
  await using engine = await engineFor(playing, (batch) => batches.push(batch))
  const { phase, closeWithin = 5_000 } = playing
  goFirst(engine.pid)
  const played = await engine.play({
    from: 'phase',
    phase,
    level: 1,
    duration: 1,
    first_session: 0,
    second: 0,
  })
  const closed = await engine.close({ within_ms: closeWithin })
  return {
    played,
    closed,
    batches,
    actions: actionsOf(batches),
    due: batches.reduce(
      (sum, { due }) => sum + due.due.subarray(0, due.count).reduce((a, b) => a + b, 0),
      0,
    ),
    reasons: batches.flatMap((batch) => batch.reasons),
    errors: batches.flatMap((batch) => batch.sessions.errors),
  }
}

function actionsOf(batches: readonly SampleBatch[]): Measured[] {
  const names: string[] = []
  const actions: Measured[] = []
  for (const { new_actions, samples } of batches) {
    names.push(...new_actions)
    for (let row = 0; row < samples.count; row += 1) {
      actions.push({
        action: names[samples.action[row] ?? 0] ?? '',
        second: samples.second[row] ?? 0,
        outcome: outcomeNames[samples.outcome[row] ?? 0] ?? 'dropped',
        lateness: (samples.lateness_us[row] ?? 0) / 1_000,
        service: (samples.service_us[row] ?? 0) / 1_000,
      })
    }
  }
  return actions
}

/** The smallest value that a share `q` of all values does not exceed. */
export function exactQuantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.ceil(q * sorted.length) - 1] ?? NaN
}

/** Lets a process go before its neighbours on a busy machine, where we may: their work is not measured. */
export function goFirst(pid: number): void {
  try {
    setPriority(pid, -19)
    // Linux weighs sessions before processes.
    writeFileSync(`/proc/${pid}/autogroup`, '-19')
  } catch {
    // Not permitted, which is fine on a quiet machine.
  }
}
