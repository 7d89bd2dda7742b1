// What sessions cost that only wait: each with a connection of its own, as open tabs have.

import type { CountingServer } from './counting-server.ts'
import { pause, until } from './generators.ts'
import type { OurEngine } from './our-engine.ts'
import { memoryOf } from './process-use.ts'

export interface MemoryReading {
  readonly sessions: number
  readonly per_session_bytes: number
  readonly all_bytes: number
}

const settle_ms = 1_500

/** `engine` is fresh: what it has played before would have grown its heap already. */
export async function readMemory({
  sessions,
  engine,
  server,
}: {
  readonly sessions: number
  readonly engine: OurEngine
  readonly server: CountingServer
}): Promise<MemoryReading> {
  // A few sessions first: what the first one costs is not what each of them costs.
  const few = Math.round(sessions / 10)
  await open(few)
  const before = memoryOf(engine.pid)
  await open(sessions)
  const after = memoryOf(engine.pid)
  return {
    sessions,
    per_session_bytes: (after - before) / (sessions - few),
    all_bytes: after,
  }

  async function open(level: number): Promise<void> {
    await engine.playPhase('idle', { level, lasts_ms: 2_000 })
    const connected = async () => (await server.counted()).connections >= level
    await until(connected, `${level} connections`)
    await pause(settle_ms)
  }
}
