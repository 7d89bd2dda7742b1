import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { needsCgroups } from '../../../../../test/optional-part.ts'
import { openCgroups } from './open-cgroups.ts'
import { removeCgroup } from './remove-cgroup.ts'

const opened = openCgroups(`plimsoll-test-${process.pid}`)

test('a busy loop gets the cores it is limited to, within 15 %, and the rest counts as throttled', async (context) => {
  const { parent } = opened
  needsCgroups(parent === null ? opened.why : null, context)
  if (parent === null) return
  const group = parent.create('busy')
  const child = spawn(process.execPath, ['-e', 'for (;;) {}'], { stdio: 'ignore' })
  try {
    group.add(child.pid ?? 0)
    expect(group.pids()).toEqual([child.pid])
    for (const cores of [0.25, 0.0625]) {
      group.limit(cores)
      await sleep(200)
      const [from, began] = [group.usage(), performance.now()]
      await sleep(2_000)
      const [to, elapsed] = [group.usage(), (performance.now() - began) / 1_000]
      const used = (to.cpu_seconds - from.cpu_seconds) / elapsed
      expect(Math.abs(used - cores) / cores).toBeLessThan(0.15)
      const periods = elapsed / group.period_seconds
      expect((to.throttled_periods - from.throttled_periods) / periods).toBeGreaterThan(0.5)
    }
  } finally {
    const folders = [...parent.folders, ...group.folders]
    for (const folder of folders.toReversed()) expect(await removeCgroup(folder)).toBe(true)
    expect(folders.some((folder) => existsSync(folder))).toBe(false)
    child.kill('SIGKILL')
  }
})
