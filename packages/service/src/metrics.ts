// Counters and histograms as Prometheus text. Written here because a request must cost well under a
// microsecond to count, and a scrape under a millisecond.

import process from 'node:process'
import { monitorEventLoopDelay, type ELDHistogram } from 'node:perf_hooks'

/** A part of the text: whole lines, each ended. */
export type MetricsSource = () => string

const upperBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** How long something took, as a Prometheus histogram from a millisecond to ten seconds. */
export class Distribution {
  readonly #buckets = new Float64Array(upperBounds.length + 1)
  #seconds = 0
  #count = 0

  /** Counts it `times` times at once. */
  observe(seconds: number, times = 1): void {
    let bucket = 0
    while (bucket < upperBounds.length && seconds > (upperBounds[bucket] ?? Infinity)) bucket++
    this.#buckets[bucket]! += times
    this.#seconds += seconds * times
    this.#count += times
  }

  /** Its lines, without their type; empty while nothing was counted. */
  lines(name: string, label = ''): string {
    if (this.#count === 0) return ''
    const labels = label === '' ? '' : `{${label}}`
    let sum = 0
    let text = ''
    for (const [i, bound] of [...upperBounds, '+Inf'].entries()) {
      sum += this.#buckets[i] ?? 0
      text += `${name}_bucket{${label === '' ? '' : `${label},`}le="${bound}"} ${sum}\n`
    }
    return `${text}${name}_sum${labels} ${this.#seconds}\n${name}_count${labels} ${this.#count}\n`
  }
}

/** What is counted of one route. */
export class RouteFigures {
  readonly route: string
  readonly #times = new Distribution()
  #statuses = new Map<number, number>()

  constructor(route: string) {
    this.route = route
  }

  observe(status: number, seconds: number): void {
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1)
    this.#times.observe(seconds)
  }

  requests(): string {
    return [...this.#statuses]
      .map(([status, n]) => `http_requests_total{route="${this.route}",status="${status}"} ${n}\n`)
      .join('')
  }

  times(): string {
    return this.#times.lines('http_request_seconds', `route="${this.route}"`)
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

const loopResolution = 50

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
