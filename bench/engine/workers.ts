// Two workers beside one, each held to a quarter of a core so that neither the server nor the machine is what runs out:
// does sharing a load cost anything?

import { median } from '../results.ts'
import type { CountingServer } from './counting-server.ts'
import { rateDuring, type Window } from './generators.ts'
import { limitGroups } from './limit-groups.ts'
import { startOurEngine } from './our-engine.ts'
import { cpuOf } from './process-use.ts'

const limit_cores = 0.25

export interface WorkerRound {
  readonly round: number
  readonly one_per_second: number
  readonly two_per_second: number
}

export interface WorkerRounds {
  readonly rounds: readonly WorkerRound[]
  /** Two ÷ one, round by round: the median. NaN where nothing could be limited. */
  readonly ratio: number
  /** Why a limit cannot be set here; null when it can. */
  readonly unlimited: string | null
}

/** Each is warmed up without limits first. */
export async function measureWorkers({
  rounds,
  window,
  server,
}: {
  readonly rounds: number
  readonly window: Window
  readonly server: CountingServer
}): Promise<WorkerRounds> {
  using limits = limitGroups(2)
  const { groups, unlimited } = limits
  if (unlimited !== null) return { rounds: [], ratio: NaN, unlimited }
  const lasts_ms = window.settle_ms + window.counted_ms + 500
  const perSecond = async (workers: number): Promise<number> => {
    await using stack = new AsyncDisposableStack()
    const engine = stack.use(await startOurEngine({ url: server.url, workers }))
    await engine.playPhase('plain', { lasts_ms })
    for (const [n, pid] of engine.pids.entries()) {
      // Lifted before the engine goes: at a quarter of a core it would be slow to.
      stack.defer(() => groups[n]?.limit(null))
      groups[n]?.add(pid)
      groups[n]?.limit(limit_cores)
    }
    const playing = engine.playPhase('plain', { lasts_ms })
    const cpu = () => engine.pids.reduce((sum, pid) => sum + cpuOf(pid), 0)
    const { per_second } = await rateDuring({ server, window, cpu })
    const { ok, notOk } = await playing
    if (notOk > 0 || ok === 0) throw new Error(`${workers} workers: ${ok} ok, ${notOk} not ok`)
    return per_second
  }
  const measured: WorkerRound[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const found = new Map<number, number>()
    for (const workers of round % 2 === 0 ? [2, 1] : [1, 2]) {
      found.set(workers, await perSecond(workers))
    }
    measured.push({
      round,
      one_per_second: found.get(1) ?? NaN,
      two_per_second: found.get(2) ?? NaN,
    })
  }
  const ratios = measured.map((one) => one.two_per_second / one.one_per_second)
  return { rounds: measured, ratio: median(ratios), unlimited: null }
}
