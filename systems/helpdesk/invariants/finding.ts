// What an invariant found, while it is looking.

import type { InvariantResult } from 'plimsoll'

export type Finding = Record<
  Exclude<keyof InvariantResult, 'name' | 'examples' | 'unexamined'>,
  number
> & {
  readonly examples: string[]
}

const mostExamples = 10

export function newFinding(): Finding {
  return { examined: 0, lost: 0, doubled: 0, unexpected: 0, stale: 0, examples: [] }
}

export function blame(
  finding: Finding,
  as: 'lost' | 'doubled' | 'unexpected' | 'stale',
  example: string,
): void {
  finding[as] += 1
  if (finding.examples.length < mostExamples) finding.examples.push(`${as}: ${example}`)
}
