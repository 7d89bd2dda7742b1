import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { quotaOf } from './cgroup.ts'
import { openCgroupsV1 } from './cgroup-v1.ts'
import { giveBack, openCgroupsV2 } from './cgroup-v2.ts'

const root = mkdtempSync(join(tmpdir(), 'plimsoll-cgroup-'))
afterAll(() => rm(root, { recursive: true }))

function folder(name: string, files: Record<string, string> = {}): string {
  const path = join(root, name)
  mkdirSync(path, { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text)
  return path
}
const read = (...path: string[]) => readFileSync(join(...path), 'utf8')

test.each([
  { cores: 2, quota_us: 20_000, period_us: 10_000 },
  { cores: 0.125, quota_us: 1_250, period_us: 10_000 },
  { cores: 0.1, quota_us: 1_000, period_us: 10_000 },
  { cores: 0.0625, quota_us: 1_000, period_us: 16_000 },
])('$cores cores are $quota_us µs of every $period_us µs', ({ cores, ...quota }) => {
  expect(quotaOf(cores)).toEqual(quota)
})

test('v1: a limit goes to the cpu tree, use is read from the cpuacct tree', () => {
  const places = { cpu: folder('v1/cpu'), cpuacct: folder('v1/cpuacct') }
  const parent = openCgroupsV1(places, 'plimsoll-1')
  const group = parent.create('api-0')
  expect(group.folders).toEqual([
    join(places.cpu, 'plimsoll-1/api-0'),
    join(places.cpuacct, 'plimsoll-1/api-0'),
  ])
  group.add(4711)
  for (const path of group.folders) expect(read(path, 'cgroup.procs')).toBe('4711')
  expect(group.pids()).toEqual([4711])

  group.limit(0.25)
  expect(read(places.cpu, 'plimsoll-1/api-0/cpu.cfs_period_us')).toBe('10000')
  expect(read(places.cpu, 'plimsoll-1/api-0/cpu.cfs_quota_us')).toBe('2500')
  group.limit(null)
  expect(read(places.cpu, 'plimsoll-1/api-0/cpu.cfs_quota_us')).toBe('-1')

  folder('v1/cpuacct/plimsoll-1/api-0', { 'cpuacct.usage': '2500000000\n' })
  folder('v1/cpu/plimsoll-1/api-0', {
    'cpu.stat': 'nr_periods 90\nnr_throttled 42\nthrottled_time 100\n',
  })
  expect(group.usage()).toEqual({ cpu_seconds: 2.5, throttled_periods: 42 })
})

test('v1: controllers mounted as one tree make one folder', () => {
  const place = folder('v1-joint/cpu,cpuacct')
  const parent = openCgroupsV1({ cpu: place, cpuacct: place }, 'plimsoll-1')
  expect(parent.folders).toEqual([join(place, 'plimsoll-1')])
  expect(parent.create('db-0').folders).toHaveLength(1)
})

test('v2: limit and use are in one folder', () => {
  const place = folder('v2', {
    'cgroup.controllers': 'cpuset cpu io memory',
    'cgroup.subtree_control': 'cpu memory',
  })
  const parent = openCgroupsV2({ candidates: [place] }, 'plimsoll-1')
  expect(read(place, 'plimsoll-1/cgroup.subtree_control')).toBe('+cpu')
  const group = parent.create('api-0')
  group.add(12)
  expect(read(place, 'plimsoll-1/api-0/cgroup.procs')).toBe('12')
  group.limit(0.0625)
  expect(read(place, 'plimsoll-1/api-0/cpu.max')).toBe('1000 16000')
  expect(group.period_seconds).toBe(0.016)
  group.limit(null)
  expect(read(place, 'plimsoll-1/api-0/cpu.max')).toBe('max 10000')
  folder('v2/plimsoll-1/api-0', {
    'cpu.stat': 'usage_usec 1500000\nuser_usec 1\nnr_periods 9\nnr_throttled 4\nthrottled_usec 5\n',
  })
  expect(group.usage()).toEqual({ cpu_seconds: 1.5, throttled_periods: 4 })
})

test('v2: an ancestor that hands the controller on is taken before anybody is moved', () => {
  const slice = folder('v2-up', { 'cgroup.controllers': 'cpu', 'cgroup.subtree_control': 'cpu' })
  const scope = folder('v2-up/session.scope', {
    'cgroup.controllers': 'cpu',
    'cgroup.subtree_control': '',
    'cgroup.procs': '7\n8\n',
    'cgroup.type': 'domain',
  })
  const parent = openCgroupsV2({ candidates: [scope, slice] }, 'plimsoll-1')
  expect(parent.folders).toEqual([join(slice, 'plimsoll-1')])
  expect(parent.borrowed).toBeNull()
})

test('v2: an empty ancestor is asked to hand the controller on', () => {
  const slice = folder('v2-ask', { 'cgroup.controllers': 'cpu', 'cgroup.type': 'domain' })
  const scope = folder('v2-ask/session.scope', {
    'cgroup.controllers': '',
    'cgroup.procs': '7\n',
    'cgroup.type': 'domain',
  })
  const parent = openCgroupsV2({ candidates: [scope, slice] }, 'plimsoll-1')
  expect(parent.folders).toEqual([join(slice, 'plimsoll-1')])
  expect(read(slice, 'cgroup.subtree_control')).toBe('+cpu')
})

test('v2: in a delegated scope its processes step aside, and come back', () => {
  const scope = folder('v2-scope', {
    'cgroup.controllers': 'cpu memory',
    'cgroup.subtree_control': '',
    'cgroup.procs': '7\n',
    'cgroup.type': 'domain',
  })
  const parent = openCgroupsV2({ candidates: [scope] }, 'plimsoll-1')
  const leaf = join(scope, 'plimsoll-aside')
  expect(parent.borrowed).toBe(leaf)
  expect(read(leaf, 'cgroup.procs')).toBe('7')
  expect(read(scope, 'cgroup.subtree_control')).toBe('+cpu')

  // A folder of this file system is not empty while files are in it; a cgroup's is.
  expect(() => giveBack(leaf)).toThrow(/ENOTEMPTY/)
  expect(read(scope, 'cgroup.subtree_control')).toBe('-cpu')
  expect(read(scope, 'cgroup.procs')).toBe('7')
})

test('v2: a second deployment shares what stepped aside for the first, so that the last one gives it back', () => {
  const scope = folder('v2-shared', {
    'cgroup.controllers': 'cpu',
    'cgroup.subtree_control': 'cpu',
    'cgroup.procs': '',
    'cgroup.type': 'domain',
  })
  const leaf = folder('v2-shared/plimsoll-aside', {
    'cgroup.controllers': 'cpu',
    'cgroup.subtree_control': '',
    'cgroup.procs': '7\n',
    'cgroup.type': 'domain',
  })
  const parent = openCgroupsV2({ candidates: [leaf, scope] }, 'plimsoll-2')
  expect(parent.folders).toEqual([join(scope, 'plimsoll-2')])
  expect(parent.borrowed).toBe(leaf)
})

test('v2: without the cpu controller it says so', () => {
  const place = folder('v2-none', { 'cgroup.controllers': 'memory pids' })
  expect(() => openCgroupsV2({ candidates: [place] }, 'plimsoll-1')).toThrow(
    /cpu controller is not delegated/,
  )
})
