// One session against a real server, and what the batches tell of it. Only tests use it.

import type { SampleBatch } from '@plimsoll/record'
import { outcomeNames } from '@plimsoll/record'
import {
  hold,
  persona,
  perSecond,
  seconds,
  workload,
  type ClientOptions,
  type SessionTools,
} from '@plimsoll/workload'
import { LoadGenerator } from './load-generator.ts'
import { monotonic } from './load-clock.ts'
import type { Ledger } from './ledger-file.ts'

export interface OneSession {
  readonly at: string
  readonly live: (tools: SessionTools) => Promise<void>
  readonly client?: ClientOptions
  readonly connections?: 'own'
  readonly ledger?: Ledger
}

export interface SessionSeen {
  /** `GET /a ok`, in the order in which they ended. */
  readonly actions: readonly string[]
  /** `GET /a failed: connection refused`. */
  readonly reasons: readonly string[]
  readonly errors: readonly string[]
  /** By action: service time, connect, tls, receive in ms. */
  readonly times: readonly { service: number; connect: number; tls: number; receive: number }[]
}

/** Lives once and tells all. */
export async function oneSession(options: OneSession): Promise<SessionSeen> {
  const { at, live, client = {}, connections, ledger } = options
  const one = persona({
    why: 'a test',
    live,
    ...(connections === undefined ? {} : { connections }),
  })
  const played = workload({
    personas: { one },
    mix: { one: 1 },
    phases: { all: { shape: hold({ at: perSecond(1), for: seconds(1), spacing: 'even' }) } },
    client,
  })
  const batches: SampleBatch[] = []
  const generator = new LoadGenerator({
    workload: played,
    targets: [at],
    seed: 1,
    clock: { now: monotonic, beganAt: monotonic() },
    emit: (batch) => batches.push(structuredClone(batch)),
    health: () => ({ cpu_cores: 0, event_loop_delay_p99_ms: 0, memory_bytes: 0 }),
    ...(ledger === undefined ? {} : { ledger }),
  })
  const sweep = setInterval(() => generator.sweep(), 10)
  try {
    const request = { from: 'phase', phase: 'all', level: 1, duration: 1 } as const
    await generator.play({ ...request, first_session: 0, second: 0 })
    while (generator.alive > 0) await new Promise((resolve) => setTimeout(resolve, 5))
  } finally {
    clearInterval(sweep)
    generator.close()
  }
  return seenIn(batches)
}

function seenIn(batches: readonly SampleBatch[]): SessionSeen {
  const names = batches.flatMap(({ new_actions }) => new_actions)
  const actions: string[] = []
  const times: SessionSeen['times'][number][] = []
  for (const { samples, timings } of batches) {
    for (let n = 0; n < samples.count; n += 1) {
      actions.push(`${names[samples.action[n]!]} ${outcomeNames[samples.outcome[n]!]}`)
      const row = timings.sample.indexOf(n)
      const of = (column: Uint32Array) => (row === -1 ? 0 : column[row]! / 1_000)
      const [connect, tls, receive] = [timings.connect_us, timings.tls_us, timings.receive_us].map(
        of,
      )
      times.push({
        service: samples.service_us[n]! / 1_000,
        connect: connect!,
        tls: tls!,
        receive: receive!,
      })
    }
  }
  const reasons = batches.flatMap(({ reasons }) =>
    reasons.map(({ action, outcome, reason }) => `${action} ${outcome}: ${reason}`),
  )
  return { actions, reasons, errors: batches.flatMap(({ sessions }) => sessions.errors), times }
}
