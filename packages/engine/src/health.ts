// How the engine itself is doing: a generator that is short of CPU measures itself, not the system.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { EngineHealth } from '@plimsoll/record'

const resolution_ms = 10

/** Watches this process. `refresh` measures since the last refresh; `now` repeats what it found. */
export interface HealthWatch extends Disposable {
  refresh(): void
  now(): EngineHealth
}

export function watchHealth(): HealthWatch {
  const delay = monitorEventLoopDelay({ resolution: resolution_ms })
  delay.enable()
  let cpu = process.cpuUsage()
  let at = performance.now()
  let memory_bytes = process.memoryUsage.rss()
  let health = measured(0)

  function measured(cpu_cores: number): EngineHealth {
    // The watch's own interval is part of what it measures.
    const p99 = delay.count === 0 ? 0 : delay.percentile(99) / 1e6 - resolution_ms
    return { cpu_cores, event_loop_delay_p99_ms: Math.max(0, p99), memory_bytes }
  }

  return {
    refresh() {
      const now = performance.now()
      const used = process.cpuUsage(cpu)
      memory_bytes = residentMemory() ?? memory_bytes
      health = measured((used.user + used.system) / 1_000 / Math.max(1, now - at))
      cpu = process.cpuUsage()
      at = now
      delay.reset()
    },
    now: () => health,
    [Symbol.dispose]: () => void delay.disable(),
  }
}

/** Null where a load keeps every file open that there may be: it takes one to find out. */
function residentMemory(): number | null {
  try {
    return process.memoryUsage.rss()
  } catch {
    return null
  }
}
