import { expect, test } from 'vitest'
import { partOptionWords } from './part-words.ts'

const part = {
  part: 'api',
  size: 'm7g.medium',
  instances: 1,
  processes: 1,
  vcpu: 1,
  memory_gib: 4,
  price_per_hour_usd: 0.0408,
  limit_cores: 0.125,
}

test('a part is described with the settings and the balancer that its configuration gives it', () => {
  const settings = { POOL_SIZE: '8' }
  expect(partOptionWords({ ...part, settings, balancer: { keep_alive: 'off' } })).toEqual([
    'POOL_SIZE=8',
    'balancer keep-alive off',
  ])
  expect(partOptionWords(part)).toEqual([])
})
