// What every instance did since the last sample. Taking one never waits longer than 900 ms: a part too
// busy to tell its metrics is sampled without them.

import type { PartSecond } from '@plimsoll/record'
import type { Deployed } from './deployed.ts'
import { readMeter, useBetween, type Reading } from './meter.ts'
import { partMetrics, metricFields, type PartMetrics } from './prometheus.ts'

const scrapeTimeout_ms = 900

/** Keeps the last readings, so that each sample is the difference to the one before. */
export class Sampler {
  readonly #instances: () => readonly Deployed[]
  readonly #readings = new Map<Deployed, Reading>()
  readonly #metrics = new Map<Deployed, PartMetrics>()

  private constructor(instances: () => readonly Deployed[]) {
    this.#instances = instances
  }

  /** Takes the first readings. `instances` are asked for at every sample: some come and go. */
  static async start(instances: () => readonly Deployed[]): Promise<Sampler> {
    const sampler = new Sampler(instances)
    await sampler.sample(0)
    return sampler
  }

  async sample(second: number): Promise<PartSecond[]> {
    return Promise.all(this.#instances().map((each) => this.#sampleOne(each, second)))
  }

  async #sampleOne(each: Deployed, second: number): Promise<PartSecond> {
    const [reading, metrics, replay_lag_ms] = await Promise.all([
      readMeter(each.pid, each.group),
      scrape(each.metricsUrl),
      each.readReplayLag?.() ?? null,
    ])
    const use = useBetween(this.#readings.get(each) ?? reading, reading)
    this.#readings.set(each, reading)
    const { part, instance, limit_cores } = each
    const lag = replay_lag_ms === null ? {} : { replay_lag_ms }
    const seen = { second, part, instance, limit_cores, ...use, ...lag }
    if (metrics === null) return seen
    const before = this.#metrics.get(each) ?? {}
    this.#metrics.set(each, metrics)
    return { ...seen, ...metricFields(before, metrics) }
  }
}

async function scrape(url: string | null): Promise<PartMetrics | null> {
  if (url === null) return null
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(scrapeTimeout_ms) })
    const text = await answer.text()
    return answer.ok ? partMetrics(text) : null
  } catch {
    return null
  }
}
