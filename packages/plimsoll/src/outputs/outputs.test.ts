import { HistogramLogReader } from 'hdr-histogram-js'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import type { RunRecord } from '@plimsoll/record'
import { Histogram } from '@plimsoll/statistics'
import { csvText } from './csv.ts'
import { hlogText } from './histogram-log.ts'
import { junitText } from './junit.ts'
import { OtlpPush } from './otlp.ts'
import { claimOutputs } from './outputs.ts'
import { prometheusText } from './prometheus.ts'
import { RunTotals } from './run-totals.ts'
import type { ToldResult } from './told-result.ts'

function action(times_us: readonly number[], failed = 0) {
  const response_time = new Histogram()
  for (const time of times_us) response_time.record(time)
  const ok = times_us.length
  return { due: ok + failed, ok, failed, unknown: 0, dropped: 0, response_time }
}

function second(n: number, actions: Record<string, ReturnType<typeof action>>) {
  return { second: n, actions: new Map(Object.entries(actions)), sessions_alive: 3 }
}

const stretch = {
  kind: 'phase',
  sessions_per_second: 1,
  counted_from_second: 0,
  actions: new Map(),
}
const run = {
  configuration: 'day',
  repeat: 1,
  started_at: '2026-11-20T17:00:00.000Z',
  seconds: [
    second(0, { 'GET /a': action([1_000, 2_000]) }),
    second(1, { 'GET /a': action([3_000], 1), 'GET /b,"c"': action([500_000]) }),
  ],
  stretches: [
    { ...stretch, name: 'warm', from_second: 0, to_second: 1, measured: false },
    { ...stretch, name: 'rush', from_second: 1, to_second: 2, measured: true },
  ],
  sessions: { started: 5, ended: 4, cut_short: 1, dropped: 0, errors: [] },
} as unknown as RunRecord

const result: ToldResult = {
  name: 'load day',
  started_at: run.started_at,
  runs: [run],
  claims: [
    { group: 'rush', claim: 'p99 < 200 ms', verdict: 'fails', found: '"500" & more\u0000' },
    { group: 'rush', claim: 'failures', verdict: 'holds', found: '0 %' },
    { group: 'calm', claim: 'failures', verdict: 'inconclusive', found: 'no action was due' },
  ],
  gauges: [],
  json: () => '',
  markdown: () => '',
  html: null,
}

test('CSV has a row for each second and action', () => {
  expect(csvText(result).split('\n')).toEqual([
    'configuration,repeat,second,phase,measured,action,due,ok,failed,unknown,dropped,p50_ms,p90_ms,p99_ms,max_ms,sessions_alive',
    'day,1,0,warm,false,GET /a,2,2,0,0,0,1.000,2.000,2.000,2.000,3',
    'day,1,1,rush,true,GET /a,2,1,1,0,0,3.001,3.001,3.001,3.001,3',
    'day,1,1,rush,true,"GET /b,""c""",1,1,0,0,0,500.223,500.223,500.223,500.223,3',
    '',
  ])
})

test('JUnit has a failure for what fails, and skips what is inconclusive', () => {
  expect(junitText(result)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="load day" tests="3" failures="1" errors="0" skipped="1">
  <testsuite name="rush" timestamp="2026-11-20T17:00:00.000Z" tests="2" failures="1" errors="0" skipped="0">
    <testcase classname="rush" name="p99 &lt; 200 ms"><failure message="&quot;500&quot; &amp; more\uFFFD"/></testcase>
    <testcase classname="rush" name="failures"><system-out>0 %</system-out></testcase>
  </testsuite>
  <testsuite name="calm" timestamp="2026-11-20T17:00:00.000Z" tests="1" failures="0" errors="0" skipped="1">
    <testcase classname="calm" name="failures"><skipped message="no action was due"/></testcase>
  </testsuite>
</testsuites>
`)
})

test('Prometheus text has each family once, with its labels escaped', () => {
  const lines = prometheusText(result).split('\n')
  expect(lines).toContain(
    'plimsoll_actions_total{configuration="day",repeat="1",phase="rush",action="GET /b,\\"c\\"",outcome="ok"} 1',
  )
  expect(lines).toContain(
    'plimsoll_response_time_seconds{configuration="day",repeat="1",phase="rush",action="GET /a",quantile="0.99"} +Inf',
  )
  expect(lines).toContain('plimsoll_claim_holds{group="calm",claim="failures"} NaN')
  const types = lines.filter((line) => line.startsWith('# TYPE'))
  expect(new Set(types).size).toBe(types.length)
  const sample = /^[a-z_]+\{([a-z_]+="([^"\\]|\\.)*",?)*\} (NaN|\+Inf|[\d.e-]+)$/
  expect(
    lines.filter((line) => line !== '' && !/^# (HELP|TYPE) /.test(line) && !sample.test(line)),
  ).toEqual([])
})

test('the histogram log is read by the tools of the HdrHistogram family', () => {
  const reader = new HistogramLogReader(hlogText(result))
  const read = [1, 2, 3].map(() => reader.nextIntervalHistogram())
  expect(read.map((one) => [one?.tag, one?.totalCount])).toEqual([
    ['GET /a', 2],
    ['GET /a', 1],
    ['GET /b  "c"'.replace('  ', ' '), 1],
  ])
  expect(read[0]?.getValueAtPercentile(50)).toBe(1_000)
  expect(reader.nextIntervalHistogram()).toBeNull()
})

interface Point {
  readonly attributes: readonly { readonly key: string; readonly value: { stringValue: string } }[]
  readonly asInt?: string
  readonly count?: string
  readonly bucketCounts?: readonly string[]
  readonly explicitBounds?: readonly number[]
}

interface Sent {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string
        readonly sum?: { readonly dataPoints: readonly Point[] }
        readonly histogram?: { readonly dataPoints: readonly Point[] }
      }[]
    }[]
  }[]
}

test('metrics reach an OpenTelemetry collector, and one that refuses them is told of', async () => {
  const received: { path: string | undefined; body: Sent }[] = []
  let status = 200
  const collector = createServer((request, answer) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      received.push({ path: request.url, body: JSON.parse(text) as Sent })
      answer.writeHead(status).end(status === 200 ? '{}' : 'too many')
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => collector.once('listening', resolve))
  const url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/metrics`
  const push = new OtlpPush(url, result)
  await push.push()
  status = 429
  await expect(push.push()).rejects.toThrow(/did not take the metrics: it answered 429 too many/)
  collector.closeAllConnections()
  await new Promise((resolve) => collector.close(resolve))
  await expect(push.push()).rejects.toThrow(/did not take the metrics: ./)

  expect(received[0]?.path).toBe('/v1/metrics')
  const metrics = received[0]!.body.resourceMetrics[0]!.scopeMetrics[0]!.metrics
  const actions = metrics.find(({ name }) => name === 'plimsoll.actions')!.sum!.dataPoints
  const total = actions.reduce((sum, { asInt }) => sum + Number(asInt), 0)
  expect(total).toBe(5)
  const times = metrics.find(({ name }) => name === 'plimsoll.response_time')!.histogram!.dataPoints
  for (const { count, bucketCounts = [], explicitBounds = [] } of times) {
    expect(bucketCounts).toHaveLength(explicitBounds.length + 1)
    expect(bucketCounts.reduce((sum, one) => sum + Number(one), 0)).toBe(Number(count))
  }
})

test('totals of a long run are the same, however often they were asked for', () => {
  const seconds = Array.from({ length: 100 }, (_, n) =>
    second(n, { 'GET /a': action([1_000 + n]) }),
  )
  const growing = { ...run, seconds: seconds.slice(0, 50) }
  const totals = new RunTotals(growing)
  totals.now()
  growing.seconds.push(...seconds.slice(50))
  const sums = (all: RunTotals) =>
    all.now().map(({ phase, ok, response_time }) => [phase, ok, response_time.encode()])
  expect(sums(totals)).toEqual(sums(new RunTotals({ ...run, seconds })))
  expect(totals.now().reduce((sum, { ok }) => sum + ok, 0)).toBe(100)
})

test.each(['a.txt', 'csv', 'a.html', 'http://'])(
  '%s is refused before anything runs',
  async (out) => {
    await expect(claimOutputs([out], { hasPage: false })).rejects.toMatchObject({
      code: 'arguments-wrong',
    })
  },
)
