// In which order the services of a configuration start.

import { PlimsollError } from '@plimsoll/workload'

/**
 * Each part after the ones it needs, otherwise as declared. `ready` names the parts that are up. Throws
 * `needs-unmet` where parts need each other or one that the configuration leaves out.
 */
export function inOrderOfNeed<P extends { readonly part: string }>(
  parts: readonly P[],
  ready: readonly string[],
  needs: (part: string) => readonly string[],
): P[] {
  const up = new Set(ready)
  const ordered: P[] = []
  const waiting = [...parts]
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ part }) => needs(part).every((need) => up.has(need)))
    const [found] = next === -1 ? [] : waiting.splice(next, 1)
    if (found === undefined) {
      throw new PlimsollError({
        code: 'needs-unmet',
        blame: 'input',
        message: 'The parts of the configuration cannot be started in any order.',
        hint: 'Give every needed part a size, and let no two parts need each other.',
        faults: waiting.map(({ part }) => ({
          where: `parts.${part}.needs`,
          problem: `expected parts that start before it, found ${needs(part)
            .filter((need) => !up.has(need))
            .join(', ')}`,
        })),
      })
    }
    ordered.push(found)
    up.add(found.part)
  }
  return ordered
}
