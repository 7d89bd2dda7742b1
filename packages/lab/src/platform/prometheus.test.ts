import { expect, test } from 'vitest'
import { partMetrics, metricFields } from './prometheus.ts'

const text = `# HELP pg_pool_waiting requests
# TYPE pg_pool_waiting gauge
pg_pool_waiting{pool="reads"} 3
pg_pool_waiting{pool="writes",path="/a b{}"} 2
pg_pool_wait_seconds_bucket{le="0.1"} 7
pg_pool_wait_seconds_sum 1.5
pg_pool_wait_seconds_count 30
pg_pool_busy_seconds_total 9
pg_pool_capacity_seconds_total 10
nodejs_eventloop_delay_p99_seconds{worker="1"} 0.004
nodejs_eventloop_delay_p99_seconds{worker="2"} 0.002
http_requests_total{path="/reviews"} 1e3 1700000000
http_requests_total{route="/readyz",status="200"} 70
broken line {
`

test('the numbers that the lab understands are read, summed over labels', () => {
  expect(partMetrics(text)).toEqual({
    requests: 1_000,
    pool_waiting: 5,
    pool_wait_seconds: 1.5,
    pool_waits: 30,
    pool_busy_seconds: 9,
    pool_capacity_seconds: 10,
    event_loop_delay_p99_seconds: 0.004,
  })
})

test('a second is the difference of its two ends', () => {
  const before = {
    requests: 900,
    pool_wait_seconds: 1,
    pool_waits: 20,
    pool_busy_seconds: 6,
    pool_capacity_seconds: 6,
  }
  expect(metricFields(before, partMetrics(text))).toEqual({
    requests: 100,
    pool_waiting: 5,
    pool_wait_ms: 50,
    pool_busy_share: 0.75,
    event_loop_delay_p99_ms: 4,
  })
})

test('nobody waited is 0 ms, and a process that began again counts from zero', () => {
  const now = { pool_wait_seconds: 0.4, pool_waits: 8 }
  expect(metricFields(now, now).pool_wait_ms).toBe(0)
  expect(metricFields({ pool_wait_seconds: 9, pool_waits: 100 }, now).pool_wait_ms).toBe(50)
})

test('a part that offers none of them has none of the fields', () => {
  expect(metricFields({}, partMetrics('up 1\n'))).toEqual({})
  expect(partMetrics('constructor 1\n__proto__ 2\n')).toEqual({})
})
