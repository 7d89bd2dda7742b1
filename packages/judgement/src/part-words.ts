import type { PlannedPart } from '@plimsoll/record'

/** What a configuration sets for a part beside its size, e.g. `POOL_SIZE=8`; none mostly. */
export function partOptionWords({ settings = {}, balancer }: PlannedPart): string[] {
  const set = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  return balancer === undefined ? set : [...set, `balancer keep-alive ${balancer.keep_alive}`]
}
