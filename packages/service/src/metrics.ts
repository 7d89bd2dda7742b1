// Counters and histograms as Prometheus text. Written here because a request must cost well under a
// microsecond to count, and a scrape under a millisecond.

import process from 'node:process'
import { monitorEventLoopDelay, type ELDHistogram } from 'node:perf_hooks'

/** A part of the text: whole lines, each ended. */
export type MetricsSource = () => string

const upperBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** What is counted of one route. */
export class RouteFigures {
  readonly route: string
  #statuses = new Map<number, number>()
  #buckets = new Float64Array(upperBounds.length + 1)
  #seconds = 0
  #count = 0

  constructor(route: string) {
    this.route = route
  }

  observe(status: number, seconds: number): void {
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1)
    let bucket = 0
    while (bucket < upperBounds.length && seconds > (upperBounds[bucket] ?? Infinity)) bucket++
    this.#buckets[bucket]!++
    this.#seconds += seconds
    this.#count++
  }

  requests(): string {
    return [...this.#statuses]
      .map(([status, n]) => `http_requests_total{route="${this.route}",status="${status}"} ${n}\n`)
      .join('')
  }

  times(): string {
    if (this.#count === 0) return ''
    const label = `route="${this.route}"`
    let sum = 0
    let text = ''
    for (const [i, bound] of [...upperBounds, '+Inf'].entries()) {
      sum += this.#buckets[i] ?? 0
      text += `http_request_seconds_bucket{${label},le="${bound}"} ${sum}\n`
    }
    return (
      text +
      `http_request_seconds_sum{${label}} ${this.#seconds}\n` +
      `http_request_seconds_count{${label}} ${this.#count}\n`
    )
  }
}

/** All figures of the process. */
export class Metrics {
  readonly #routes = new Map<string, RouteFigures>()
  readonly #sources: MetricsSource[] = []
  readonly #loopDelay: ELDHistogram

  constructor() {
    this.#loopDelay = monitorEventLoopDelay({ resolution: loopResolution })
    this.#loopDelay.enable()
  }

  route(route: string): RouteFigures {
    let figures = this.#routes.get(route)
    if (figures === undefined) this.#routes.set(route, (figures = new RouteFigures(route)))
    return figures
  }

  add(source: MetricsSource): void {
    this.#sources.push(source)
  }

  /** The event-loop delay is that since the last call. */
  text(): string {
    const routes = [...this.#routes.values()]
    const cpu = process.cpuUsage()
    // The histogram holds whole intervals of the timer; what exceeds the resolution is delay.
    const delay = Math.max(0, this.#loopDelay.percentile(99) / 1e9 - loopResolution / 1000)
    this.#loopDelay.reset()
    return (
      family('http_requests_total', 'counter', routes.map((route) => route.requests()).join('')) +
      family('http_request_seconds', 'histogram', routes.map((route) => route.times()).join('')) +
      gauge('nodejs_eventloop_delay_p99_seconds', delay) +
      counter('process_cpu_seconds_total', (cpu.user + cpu.system) / 1e6) +
      gauge('process_resident_memory_bytes', process.memoryUsage.rss()) +
      this.#sources.map((source) => source()).join('')
    )
  }
}

const loopResolution = 10

/** One family of metrics with its type line. */
export function family(name: string, type: string, lines: string): string {
  return `# TYPE ${name} ${type}\n${lines}`
}

/** A family with one value that goes up and down. */
export function gauge(name: string, value: number): string {
  return family(name, 'gauge', `${name} ${value}\n`)
}

/** A family with one value that only grows. */
export function counter(name: string, value: number): string {
  return family(name, 'counter', `${name} ${value}\n`)
}
