import { expect, test } from 'vitest'
import { cgroupPlaces, openCgroups } from './open-cgroups.ts'

const v1 = `33 24 0:28 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
34 24 0:29 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct
42 24 0:37 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw`

test('a hybrid system counts as v1, own group first', () => {
  expect(cgroupPlaces({ mounts: v1, own: '2:cpuacct:/\n1:cpu:/jobs/a\n0::/' })).toEqual({
    version: 'v1',
    cpu: ['/sys/fs/cgroup/cpu/jobs/a', '/sys/fs/cgroup/cpu/jobs', '/sys/fs/cgroup/cpu'],
    cpuacct: ['/sys/fs/cgroup/cpuacct'],
  })
})

test('controllers mounted together are found by either name', () => {
  const mounts = '33 24 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct'
  expect(cgroupPlaces({ mounts, own: '4:cpu,cpuacct:/' })).toEqual({
    version: 'v1',
    cpu: ['/sys/fs/cgroup/cpu,cpuacct'],
    cpuacct: ['/sys/fs/cgroup/cpu,cpuacct'],
  })
})

test('v2 tries our own group and then its ancestors', () => {
  const mounts = '35 24 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate'
  expect(cgroupPlaces({ mounts, own: '0::/user.slice/session-3.scope' })).toEqual({
    version: 'v2',
    candidates: [
      '/sys/fs/cgroup/user.slice/session-3.scope',
      '/sys/fs/cgroup/user.slice',
      '/sys/fs/cgroup',
    ],
  })
})

test('a system without cgroups is told in words', () => {
  const opened = openCgroups('plimsoll-1', { mounts: '', own: '' })
  expect(opened).toEqual({ parent: null, why: expect.stringContaining('no cgroups') as string })
})

test('a folder that may not be written is told in words', () => {
  const mounts = '35 24 0:30 / /nowhere/cgroup rw - cgroup cgroup rw,cpu,cpuacct'
  const opened = openCgroups('plimsoll-1', { mounts, own: '1:cpu,cpuacct:/' })
  expect(opened).toMatchObject({ parent: null, why: expect.stringContaining('v1') as string })
})
