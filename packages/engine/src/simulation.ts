// A virtual clock and a server that takes a scripted time: whole runs of the generator in milliseconds,
// the same ones each time. Only tests use it.

import type { SampleBatch } from '@plimsoll/record'
import type { Workload } from '@plimsoll/workload'
import { CallTransport } from './call-transport.ts'
import type { Sleep } from './due-queue.ts'
import type { Carrier, Exchange } from './exchange.ts'
import type { LoadClock } from './load-clock.ts'
import { LoadGenerator } from './load-generator.ts'
import type { Shard, StretchRequest } from './messages.ts'
import type { Ledger } from './ledger-file.ts'
import { requestWriter } from './request-text.ts'
import { StreamWires } from './stream-wires.ts'
import { travelOf } from './travel.ts'
import { outcomeNames, type OutcomeName } from '@plimsoll/record'

/** What the simulated server does with a request that reaches it at `at`, ms. */
export type Serve = (request: { readonly text: string; readonly at: number }) => {
  readonly after: number
  readonly status: number
  readonly body?: string
  /** Header lines, each ended by CR LF. */
  readonly headers?: string
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
  readonly pauses?: number
  readonly shard?: Shard
}

/** Runs the generator on virtual time. */
export function simulation(options: SimulationOptions) {
  const { workload, serve, seed = 1, ledger, pauses, shard } = options
  const time = virtualTime()
  const clock: LoadClock = { now: time.now, beganAt: 0 }
  const names: string[] = []
  const seen: Seen[] = []
  const batches: SampleBatch[] = []
  const arrivedAt: number[] = []
  const requests: string[] = []

  const carrier = simulatedCarrier({ time, serve, arrivedAt, requests })

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
    routeTo: (target) => ({
      writer: requestWriter(target),
      carrier,
      wires: new StreamWires(target, travelOf({})),
      calls: new CallTransport(target, travelOf({})),
      redirects: 0,
    }),
    ...(ledger === undefined ? {} : { ledger }),
    ...(pauses === undefined ? {} : { pauses }),
    ...(shard === undefined ? {} : { shard }),
  })

  return {
    generator,
    seen,
    batches,
    arrivedAt,
    requests,
    now: time.now,
    /** Makes the workload's setups on virtual time. */
    async setUp() {
      const made = generator.setUp()
      // Told by the promise itself; here only so that nobody misses it meanwhile.
      made.catch(() => {})
      await time.runOut()
      await made
    },
    /** Plays a stretch and lets every session end. */
    async play(request: StretchRequest) {
      const played = generator.play(request)
      // Told by the promise itself; here only so that nobody misses it meanwhile.
      played.catch(() => {})
      await time.runOut()
      generator.samples.flush()
      return played
    },
    runTo: time.runTo,
  }
}

interface SimulatedCarrierOptions {
  readonly time: ReturnType<typeof virtualTime>
  readonly serve: Serve
  readonly arrivedAt: number[]
  readonly requests: string[]
}

function simulatedCarrier({ time, serve, arrivedAt, requests }: SimulatedCarrierOptions): Carrier {
  const open = new Set<Exchange>()
  function send(exchange: Exchange): void {
    const { text } = exchange.request
    arrivedAt.push(time.now())
    requests.push(text)
    const { after, status, body = '', headers = '' } = serve({ text, at: time.now() })
    open.add(exchange)
    time.sleep(after, () => {
      if (!open.delete(exchange)) return
      const setsCookies = /^set-cookie:/im.test(headers)
      exchange.answered(
        status,
        `HTTP/1.1 ${status} OK\r\n${headers}`,
        Buffer.from(body),
        setsCookies,
      )
    })
  }
  return {
    send,
    own: () => ({ send, release() {} }),
    sweep() {},
    close() {
      for (const exchange of open) exchange.abandoned()
      open.clear()
    },
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
