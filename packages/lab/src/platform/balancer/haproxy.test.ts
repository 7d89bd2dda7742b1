import { expect, test } from 'vitest'
import { haproxyConfiguration } from './haproxy.ts'

const targets = {
  port: 8080,
  instances: [9001, 9002],
  ready: '/readyz',
  keep_alive: 'on',
  admin: 9900,
} as const

test('the configuration names every instance, checks readiness and never sends a request twice', () => {
  const text = haproxyConfiguration(targets)
  expect(text).toContain('bind 127.0.0.1:8080\n')
  expect(text).toContain('balance leastconn\n')
  expect(text).toContain('stats socket ipv4@127.0.0.1:9900 level admin\n')
  expect(text).toContain('http-reuse always\n')
  expect(text).toContain('retry-on conn-failure\n')
  expect(text).not.toContain('mark-down')
  expect(text).toContain('option httpchk GET /readyz\n')
  expect(text).toContain('server instance-0 127.0.0.1:9001 check')
  expect(text).toContain('server instance-1 127.0.0.1:9002 check')
})

test('without keep-alive the connection to an instance ends with its answer', () => {
  const text = haproxyConfiguration({ ...targets, keep_alive: 'off' })
  expect(text).toContain('option http-server-close\n')
  expect(text).not.toContain('http-reuse')
})
