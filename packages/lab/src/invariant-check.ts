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
}

/** Every invariant's result; of one that cannot be examined, why. */
export async function checkInvariants(options: InvariantCheckOptions): Promise<InvariantResult[]> {
  const { system, deployment, ledgerFile, seed } = options
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
      results.push(unexamined(name, String(error)))
    }
  }
  return results
}

/** The result of an invariant that could not be examined. */
export function unexamined(name: string, why: string): InvariantResult {
  const nothing = { examined: 0, lost: 0, doubled: 0, unexpected: 0, stale: 0, examples: [] }
  return { name, ...nothing, unexamined: why }
}

/** The first instance of each part. */
function addressesOf({ instances }: Pick<Deployment, 'instances'>): InvariantInput['addresses'] {
  const first = instances.filter(({ instance }) => instance === 0)
  return Object.fromEntries(first.map(({ part, url }) => [part, { url }]))
}

/** Examined, and no promise broken. */
export function isKept(result: InvariantResult): boolean {
  const { lost, doubled, unexpected, stale, unexamined } = result
  return unexamined === undefined && lost + doubled + unexpected + stale === 0
}
