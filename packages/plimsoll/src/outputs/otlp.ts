// Metrics for an OpenTelemetry collector: OTLP over HTTP as JSON, cumulative since the run began.
// Format: https://opentelemetry.io/docs/specs/otlp/ (numbers of 64 bits are texts, times are nanoseconds).

import type { RunRecord } from '@plimsoll/record'
import type { Histogram } from '@plimsoll/statistics'
import { PlimsollError } from '@plimsoll/workload'
import { version } from '../version.ts'
import { outcomes, sessionStates } from './prometheus.ts'
import { RunTotals, type ActionTotal } from './run-totals.ts'
import type { ToldResult } from './told-result.ts'

const answerWithin_ms = 5_000
const bounds_s = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]
const cumulative = 2

type Attributes = Readonly<Record<string, string>>

/** Sends what runs have done so far, as often as it is asked to. */
export class OtlpPush {
  readonly #url: string
  readonly #name: string
  readonly #runs: readonly { readonly run: RunRecord; readonly totals: RunTotals }[]

  constructor(url: string, { name, runs }: Pick<ToldResult, 'name' | 'runs'>) {
    this.#url = url
    this.#name = name
    this.#runs = runs.map((run) => ({ run, totals: new RunTotals(run) }))
  }

  /** Throws `result-not-written`. */
  async push(): Promise<void> {
    const answer = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...extraHeaders() },
      body: JSON.stringify(this.#request(new Date())),
      signal: AbortSignal.timeout(answerWithin_ms),
    }).catch((error: unknown) => {
      const cause = error instanceof Error ? (error.cause ?? error) : error
      throw this.#notTaken(cause instanceof Error ? cause.message : String(cause))
    })
    const said = (await answer.text()).slice(0, 200)
    if (!answer.ok) throw this.#notTaken(`it answered ${answer.status} ${said}`.trimEnd())
  }

  #notTaken(why: string): PlimsollError {
    return new PlimsollError({
      code: 'result-not-written',
      blame: 'environment',
      message: `The collector at ${this.#url} did not take the metrics: ${why}.`,
      hint: 'Is it an OTLP/HTTP receiver, such as http://127.0.0.1:4318/v1/metrics? The records hold everything as well.',
    })
  }

  #request(now: Date) {
    const attribute = attributesOf({ 'service.name': 'plimsoll', 'plimsoll.run': this.#name })
    const scope = { name: 'plimsoll', version }
    const metrics = this.#runs.flatMap((one) => metricsOf(one, now))
    return {
      resourceMetrics: [
        { resource: { attributes: attribute }, scopeMetrics: [{ scope, metrics }] },
      ],
    }
  }
}

function placeOf({ repeat, phase, action }: Pick<ActionTotal, 'repeat' | 'phase' | 'action'>) {
  return { repeat: String(repeat), phase, action }
}

function metricsOf({ run, totals }: { run: RunRecord; totals: RunTotals }, now: Date) {
  const times = {
    startTimeUnixNano: nanoseconds(new Date(run.started_at)),
    timeUnixNano: nanoseconds(now),
  }
  const place = { configuration: run.configuration, repeat: String(run.repeat) }
  const found = totals.now()
  const count = (attributes: Attributes, value: number) => ({
    attributes: attributesOf({ ...place, ...attributes }),
    asInt: String(value),
    ...times,
  })
  const counted = { aggregationTemporality: cumulative, isMonotonic: true }
  const actions = found.flatMap((total) =>
    outcomes.map((outcome) => count({ ...placeOf(total), outcome }, total[outcome])),
  )
  const histograms = found.map(({ response_time, ...total }) => ({
    attributes: attributesOf({ ...place, ...placeOf(total) }),
    ...times,
    ...bucketsOf(response_time),
  }))
  const sessions = sessionStates.map((state) => count({ state }, run.sessions[state]))
  const alive = count({}, run.seconds.at(-1)?.sessions_alive ?? 0)
  return [
    { name: 'plimsoll.actions', unit: '{action}', sum: { dataPoints: actions, ...counted } },
    {
      name: 'plimsoll.response_time',
      description: 'Of ok answers, from when the action was due.',
      unit: 's',
      histogram: { dataPoints: histograms, aggregationTemporality: cumulative },
    },
    { name: 'plimsoll.sessions', unit: '{session}', sum: { dataPoints: sessions, ...counted } },
    { name: 'plimsoll.sessions_alive', unit: '{session}', gauge: { dataPoints: [alive] } },
  ]
}

function bucketsOf(times: Histogram) {
  const above = [times.count, ...bounds_s.map((bound) => times.countAbove(bound * 1e6)), 0]
  const bucketCounts = above.slice(1).map((count, n) => String(above[n]! - count))
  const sum = times.count === 0 ? 0 : (times.mean_us * times.count) / 1e6
  return { count: String(times.count), sum, explicitBounds: bounds_s, bucketCounts }
}

function attributesOf(attributes: Attributes) {
  return Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }))
}

function nanoseconds(time: Date): string {
  return `${time.getTime()}000000`
}

/** The variable that all of OpenTelemetry reads: `key=value,key=value`, values URL-encoded. */
function extraHeaders(): Record<string, string> {
  const text = process.env['OTEL_EXPORTER_OTLP_HEADERS'] ?? ''
  const pairs = text.split(',').filter((pair) => pair.includes('='))
  return Object.fromEntries(
    pairs.map((pair) => [
      pair.slice(0, pair.indexOf('=')).trim(),
      decodeURIComponent(pair.slice(pair.indexOf('=') + 1).trim()),
    ]),
  )
}
