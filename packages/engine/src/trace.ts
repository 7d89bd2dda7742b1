// One session by itself, with everything that it sends and receives told: to find out why a persona does not do what
// its author thinks. Nothing is measured, and pauses are cut short.

import type { ReasonCount } from '@plimsoll/record'
import type { Method, Workload } from '@plimsoll/workload'
import type { Carrier, Exchange, OwnLane, Timings } from './exchange.ts'
import { httpRoute } from './http-route.ts'
import { monotonic } from './load-clock.ts'
import { LoadGenerator } from './load-generator.ts'
import type { RequestText } from './request-text.ts'
import { travelOf } from './travel.ts'

/** One request and what came of it. */
export interface Traced {
  /** Head and body as they were sent. */
  readonly request: string
  /** 0: no answer. */
  readonly status: number
  /** The answer's head, lines ended by CR LF. */
  readonly head: string
  readonly body: Buffer | null
  /** Why there was no answer; empty when there was one. */
  readonly lost: string
  readonly took_ms: number
}

export interface TraceOptions {
  readonly workload: Workload
  /** Which persona lives. */
  readonly persona: string
  readonly target: string
  readonly seed: number
  readonly session: number
  readonly tell: (traced: Traced) => void
  /** Ends the session. */
  readonly signal: AbortSignal
}

const sweepEvery_ms = 25
/** How much of each pause is played. */
const pauses = 0.01

/** Makes the setups, lets the session live, and gives what did not end ok and what the persona threw. */
export async function traceSession(
  options: TraceOptions,
): Promise<{ readonly reasons: readonly ReasonCount[]; readonly errors: readonly string[] }> {
  const { workload, persona, target, seed, session, tell, signal } = options
  const reasons: ReasonCount[] = []
  const errors: string[] = []
  let isTold = false
  const now = monotonic
  const generator = new LoadGenerator({
    workload,
    targets: [target],
    seed,
    clock: { now, beganAt: now() },
    emit(batch) {
      reasons.push(...batch.reasons)
      errors.push(...batch.sessions.errors)
    },
    health: () => ({ cpu_cores: 0, event_loop_delay_p99_ms: 0, memory_bytes: 0 }),
    pauses,
    routeTo(to) {
      const route = httpRoute(to, { now, travel: travelOf(workload.client) })
      return { ...route, carrier: tracing(route.carrier, (one) => isTold && tell(one)) }
    },
  })
  const sweeping = setInterval(() => generator.sweep(), sweepEvery_ms)
  const { promise: aborted, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  try {
    await Promise.race([generator.setUp(), aborted])
    isTold = true
    await Promise.race([generator.playOne({ name: persona, number: session }), aborted])
  } finally {
    clearInterval(sweeping)
    generator.close()
  }
  return { reasons, errors }
}

function tracing(carrier: Carrier, tell: (traced: Traced) => void): Carrier {
  return {
    send: (exchange) => carrier.send(new TracedExchange(exchange, tell)),
    own(): OwnLane {
      const lane = carrier.own()
      return {
        send: (exchange) => lane.send(new TracedExchange(exchange, tell)),
        release: () => lane.release(),
      }
    },
    sweep: (now) => carrier.sweep(now),
    close: () => carrier.close(),
    ready: async () => carrier.ready?.(),
  }
}

/** An exchange that tells how it ended before it passes that on. */
class TracedExchange implements Exchange {
  readonly method: Method
  readonly request: RequestText
  readonly deadline: number
  readonly #inner: Exchange
  readonly #tell: (traced: Traced) => void
  readonly #sent = monotonic()

  constructor(inner: Exchange, tell: (traced: Traced) => void) {
    this.method = inner.method
    this.request = inner.request
    this.deadline = inner.deadline
    this.#inner = inner
    this.#tell = tell
  }

  answered(status: number, head: string, body: Buffer | null, setsCookies: boolean): void {
    this.#told({ status, head, body, lost: '' })
    this.#inner.answered(status, head, body, setsCookies)
  }

  lost(reason: string, how: { readonly sent: boolean }): void {
    this.#told({ status: 0, head: '', body: null, lost: reason })
    this.#inner.lost(reason, how)
  }

  abandoned(): void {
    this.#told({ status: 0, head: '', body: null, lost: 'the session was ended first' })
    this.#inner.abandoned()
  }

  took(timings: Timings): void {
    this.#inner.took(timings)
  }

  sentAgain(): void {
    this.#inner.sentAgain()
  }

  #told(end: Omit<Traced, 'request' | 'took_ms'>): void {
    this.#tell({ request: this.request.text, took_ms: monotonic() - this.#sent, ...end })
  }
}
