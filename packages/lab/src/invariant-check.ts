// Asks the system, through its front door, whether it kept what it promised.

import { readLedger, type InvariantResult } from '@plimsoll/record'
import { randomStream } from '@plimsoll/workload'
import type { Deployment } from './platform/index.ts'
import type { InvariantInput, System } from './system.ts'

export interface InvariantCheckOptions {
  readonly system: System
  readonly deployment: Pick<Deployment, 'url' | 'instances'>
  readonly ledgerFile: string
  readonly seed: number
  /** Whether nothing waits in a queue any more. */
  readonly drained: boolean
}

/** Every invariant's result; of one that cannot be examined, why. */
export async function checkInvariants(options: InvariantCheckOptions): Promise<InvariantResult[]> {
  const { system, deployment, ledgerFile, seed, drained } = options
  const { url } = deployment
  const addresses = addressesOf(deployment)
  const promised = await readLedger(ledgerFile)
  const results: InvariantResult[] = []
  for (const [name, invariant] of Object.entries(system.invariants)) {
    try {
      results.push({
        name,
        ...(await invariant({ url, addresses, promised, random: randomStream(seed, 3) })),
      })
    } catch (error) {
      const nothing = { examined: 0, lost: 0, doubled: 0, unexpected: 0, stale: 0, examples: [] }
      results.push({ name, ...nothing, unexamined: String(error) })
    }
  }
  return drained ? results : results.map(asOfUndrained)
}

/** What still waits in a queue is neither lost nor stale; what is there twice is. */
function asOfUndrained(result: InvariantResult): InvariantResult {
  const unexamined = 'a backlog had not drained a minute after the load'
  return { ...result, lost: 0, stale: 0, examples: [], unexamined }
}

/** The first instance of each part. */
function addressesOf({ instances }: Pick<Deployment, 'instances'>): InvariantInput['addresses'] {
  const first = instances.filter(({ instance }) => instance === 0)
  return Object.fromEntries(first.map(({ part, url }) => [part, { url }]))
}

export function isBroken({ lost, doubled, unexpected, stale }: InvariantResult): boolean {
  return lost + doubled + unexpected + stale > 0
}

/** Examined, and no promise broken. */
export function isKept(result: InvariantResult): boolean {
  return result.unexamined === undefined && !isBroken(result)
}
