// A virtual clock and a server that takes a scripted time: whole runs of the generator in milliseconds,
// the same ones each time. Only tests use it.

import type { SampleBatch } from '@plimsoll/record'
import type { Workload } from '@plimsoll/workload'
import type { Sleep } from './due-queue.ts'
import type { Carrier, Exchange } from './exchange.ts'
import type { LoadClock } from './load-clock.ts'
import { LoadGenerator } from './load-generator.ts'
import type { StretchRequest } from './messages.ts'
import type { Ledger } from './ledger-file.ts'
import { requestWriter } from './request-text.ts'
import { outcomeNames, type OutcomeName } from '@plimsoll/record'

/** What the simulated server does with a request that reaches it at `at`, ms. */
export type Serve = (request: { readonly text: string; readonly at: number }) => {
  readonly after: number
  readonly status: number
  readonly body?: string
}

/** One finished action as the batches tell it. Times in µs. */
export interface Seen {
  readonly action: string
  readonly outcome: OutcomeName
  readonly second: number
  readonly lateness: number
  readonly service: number
}

export interface SimulationOptions {
  readonly workload: Workload
  readonly serve: Serve
  readonly seed?: number
  readonly ledger?: Ledger
}

/** Runs the generator on virtual time. */
export function simulation({ workload, serve, seed = 1, ledger }: SimulationOptions) {
  const time = virtualTime()
  const clock: LoadClock = { now: time.now, beganAt: 0 }
  const names: string[] = []
  const seen: Seen[] = []
  const batches: SampleBatch[] = []
  const arrivedAt: number[] = []
  const requests: string[] = []

  const open = new Set<Exchange>()
  const carrier: Carrier = {
    send(exchange: Exchange) {
      arrivedAt.push(time.now())
      requests.push(exchange.request.text)
      const { after, status, body = '' } = serve({ text: exchange.request.text, at: time.now() })
      open.add(exchange)
      time.sleep(after, () => {
        if (open.delete(exchange))
          exchange.answered(status, 'HTTP/1.1 200 OK\r\n', Buffer.from(body))
      })
    },
    sweep() {},
    close() {
      for (const exchange of open) exchange.abandoned()
      open.clear()
    },
  }

  const generator = new LoadGenerator({
    workload,
    targets: ['http://simulated'],
    seed,
    clock,
    emit(batch) {
      batches.push(batch)
      names.push(...batch.new_actions)
      const { samples } = batch
      for (let i = 0; i < samples.count; i += 1) {
        seen.push({
          action: names[samples.action[i] ?? 0] ?? '',
          outcome: outcomeNames[samples.outcome[i] ?? 0] ?? 'dropped',
          second: samples.second[i] ?? 0,
          lateness: samples.lateness_us[i] ?? 0,
          service: samples.service_us[i] ?? 0,
        })
      }
    },
    health: () => ({ cpu_cores: 0, event_loop_delay_p99_ms: 0, memory_bytes: 0 }),
    sleep: time.sleep,
    routeTo: (target) => ({ writer: requestWriter(target), carrier }),
    ...(ledger === undefined ? {} : { ledger }),
  })

  return {
    generator,
    seen,
    batches,
    arrivedAt,
    requests,
    now: time.now,
    /** Plays a stretch and lets every session end. */
    async play(request: StretchRequest) {
      const played = generator.play(request)
      await time.runOut()
      generator.samples.flush()
      return played
    },
    runTo: time.runTo,
  }
}

interface Timer {
  readonly at: number
  readonly order: number
  readonly wake: () => void
}

function virtualTime() {
  let now = 0
  let order = 0
  const timers = new Set<Timer>()

  const sleep: Sleep = (ms, wake) => {
    const timer = { at: now + Math.max(0, ms), order: (order += 1), wake }
    timers.add(timer)
    return () => timers.delete(timer)
  }

  /** Lets promises settle, wakes the next timer, and so on until an instant. */
  async function runTo(end: number): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      let next: Timer | undefined
      for (const timer of timers) {
        if (
          next === undefined ||
          timer.at < next.at ||
          (timer.at === next.at && timer.order < next.order)
        ) {
          next = timer
        }
      }
      if (next === undefined || next.at > end) {
        if (Number.isFinite(end)) now = Math.max(now, end)
        return
      }
      timers.delete(next)
      now = Math.max(now, next.at)
      next.wake()
    }
  }

  return { now: () => now, sleep, runTo, runOut: () => runTo(Infinity) }
}
