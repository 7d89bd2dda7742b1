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

/** Every invariant's result; one that cannot be examined counts as lost, with the reason as its example. */
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
      const examples = [`could not be examined: ${String(error)}`]
      results.push({ name, examined: 0, lost: 1, doubled: 0, unexpected: 0, stale: 0, examples })
    }
  }
  return results
}

/** The first instance of each part. */
function addressesOf({ instances }: Pick<Deployment, 'instances'>): InvariantInput['addresses'] {
  const first = instances.filter(({ instance }) => instance === 0)
  return Object.fromEntries(first.map(({ part, url }) => [part, { url }]))
}

export function isBroken({ lost, doubled, unexpected, stale }: InvariantResult): boolean {
  return lost + doubled + unexpected + stale > 0
}
