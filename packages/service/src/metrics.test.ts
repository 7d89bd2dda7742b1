import { expect, test } from 'vitest'

import { gauge, Metrics } from './metrics.ts'

test('requests are counted by route and status, and their times fall into cumulative buckets', () => {
  const metrics = new Metrics()
  const route = metrics.route('GET /things')
  route.observe(200, 0.004)
  route.observe(200, 0.04)
  route.observe(503, 20)
  const text = metrics.text()
  expect(text).toContain('http_requests_total{route="GET /things",status="200"} 2\n')
  expect(text).toContain('http_requests_total{route="GET /things",status="503"} 1\n')
  expect(text).toContain('http_request_seconds_bucket{route="GET /things",le="0.005"} 1\n')
  expect(text).toContain('http_request_seconds_bucket{route="GET /things",le="10"} 2\n')
  expect(text).toContain('http_request_seconds_bucket{route="GET /things",le="+Inf"} 3\n')
  expect(text).toContain('http_request_seconds_count{route="GET /things"} 3\n')
})

test('the process and other sources are in the same text, one family after its type line', () => {
  const metrics = new Metrics()
  metrics.add(() => gauge('pg_pool_size', 4))
  const lines = metrics.text().split('\n')
  for (const name of [
    'nodejs_eventloop_delay_p99_seconds',
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'pg_pool_size',
  ]) {
    const at = lines.findIndex((line) => line.startsWith(`# TYPE ${name} `))
    expect(lines[at + 1]).toMatch(new RegExp(String.raw`^${name} [\d.e-]+$`))
  }
})
