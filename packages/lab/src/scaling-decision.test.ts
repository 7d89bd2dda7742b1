import { expect, test } from 'vitest'
import type { PlannedAutoscaling } from '@plimsoll/record'
import {
  firstUseful,
  scalingChange,
  wantedInstances,
  type ScalingView,
} from './scaling-decision.ts'

const times = { notice_ms: 1_000, boot_ms: 2_000, cooldown_ms: 10_000 }
const byCpu: PlannedAutoscaling = {
  least: 2,
  most: 8,
  policy: { kind: 'cpu', target_share: 0.5 },
  ...times,
}
const byBacklog: PlannedAutoscaling = {
  least: 1,
  most: 4,
  policy: { kind: 'backlog', messages_per_instance: 100 },
  ...times,
}
const view = (seen: Partial<ScalingView>): ScalingView => ({
  second: 100,
  ready: 4,
  coming: 0,
  cpu_share: null,
  messages: null,
  ...seen,
})

test.for([
  { what: 'at its target', planned: byCpu, seen: { cpu_share: 0.5 }, wanted: 4 },
  { what: 'twice its target', planned: byCpu, seen: { cpu_share: 1 }, wanted: 8 },
  { what: 'beyond the most', planned: byCpu, seen: { ready: 8, cpu_share: 1 }, wanted: 8 },
  {
    what: 'just under: no room to give one up',
    planned: byCpu,
    seen: { cpu_share: 0.36 },
    wanted: 4,
  },
  { what: 'half of its target', planned: byCpu, seen: { cpu_share: 0.25 }, wanted: 3 },
  { what: 'idle', planned: byCpu, seen: { cpu_share: 0.01 }, wanted: 2 },
  {
    what: '1,500 messages at 100 each',
    planned: { ...byBacklog, most: 20 },
    seen: { ready: 10, messages: 1_500 },
    wanted: 15,
  },
  { what: 'an empty queue', planned: byBacklog, seen: { messages: 0 }, wanted: 1 },
  { what: 'nothing known', planned: byBacklog, seen: {}, wanted: null },
])('$what: $wanted instances', ({ planned, seen, wanted }) => {
  expect(wantedInstances(planned, view(seen))).toBe(wanted)
})

test('instances that are coming are not asked for twice, and a change cools down', () => {
  const seen = view({ ready: 1, coming: 2, messages: 390 })
  expect(scalingChange(byBacklog, seen, { changed_second: -Infinity })).toBe(1)
  expect(scalingChange(byBacklog, { ...seen, coming: 3 }, { changed_second: -Infinity })).toBe(0)
  expect(scalingChange(byBacklog, seen, { changed_second: 95 })).toBe(0)
})

test('an instance is useful from the second in which it does a fair share of the work', () => {
  const row = (second: number, instance: number, cpu_cores: number) => ({
    second,
    part: 'worker',
    instance,
    cpu_cores,
    limit_cores: 0.1,
    throttled_share: 0,
    memory_bytes: 0,
  })
  const rows = [
    row(5, 0, 0.1),
    row(5, 1, 0),
    row(6, 0, 0.1),
    row(6, 1, 0.004),
    row(7, 0, 0.1),
    row(7, 1, 0.05),
  ]
  const one = { part: 'worker', instance: 1, booted: 4.5 }
  expect(firstUseful(rows, one)).toBe(7)
  expect(firstUseful(rows.slice(0, 4), one)).toBeNull()
})

test('where requests are counted they tell who does the work: booting costs CPU as well', () => {
  const row = (second: number, instance: number, { cpu_cores = 0.1, requests = 0 }) => ({
    second,
    part: 'api',
    instance,
    cpu_cores,
    limit_cores: 0.1,
    throttled_share: 0,
    memory_bytes: 0,
    requests,
  })
  const rows = [5, 6, 7].flatMap((second) => [
    row(second, 0, { requests: 100 }),
    row(second, 1, { requests: second < 7 ? 1 : 60 }),
  ])
  expect(firstUseful(rows, { part: 'api', instance: 1, booted: 4.5 })).toBe(7)
})
