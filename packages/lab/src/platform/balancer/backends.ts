// Which instance gets the next request: among the healthy ones, the one with the fewest unanswered, and of
// equals the next in turn.

export interface Backend {
  readonly port: number
  isHealthy: boolean
  /** Health checks that failed in a row. */
  failures: number
  outstanding: number
}

/** A saturated instance is slow and still carries its share: one late check does not take it out. */
const failuresAllowed = 3

/** Takes note of a health check; an instance that refuses connections is out at once. */
export function noteCheck(backend: Backend, verdict: 'healthy' | 'failed' | 'refused'): void {
  backend.failures = verdict === 'healthy' ? 0 : backend.failures + 1
  if (verdict === 'healthy') backend.isHealthy = true
  if (verdict === 'refused' || backend.failures >= failuresAllowed) backend.isHealthy = false
}

/** Keeps count of what each instance has not answered yet. */
export class Backends {
  readonly all: readonly Backend[]
  #turn = 0

  constructor(ports: readonly number[]) {
    this.all = ports.map((port) => ({ port, isHealthy: true, failures: 0, outstanding: 0 }))
  }

  /** The best one not in `tried`; null when none is healthy. */
  choose(tried: ReadonlySet<Backend>): Backend | null {
    let best: Backend | null = null
    for (let i = 0; i < this.all.length; i += 1) {
      const backend = this.all[(this.#turn + i) % this.all.length]
      if (backend === undefined || !backend.isHealthy || tried.has(backend)) continue
      if (best === null || backend.outstanding < best.outstanding) best = backend
    }
    this.#turn += 1
    return best
  }
}
