// Reasons to trust a load less that show only when it is over.

import { generatorCaveats } from '@plimsoll/judgement'
import type { Caveat, Check, RunRecord } from '@plimsoll/record'

/** Was it sent as planned, and to its end? */
export function loadCaveats(
  run: RunRecord,
  { levels, interrupted }: { levels: readonly Check[]; interrupted: boolean },
): Caveat[] {
  const measured = run.stretches.filter((stretch) => stretch.measured)
  const spans = measured.map(({ from_second, to_second }) =>
    run.parts.filter(({ second }) => from_second <= second && second < to_second),
  )
  // The last phase of a load that was ended early did not hold, and what is overloaded is late by itself.
  const isEndedEarly = run.caveats.some(({ code }) => code === 'ended-early')
  const held = isEndedEarly ? measured.slice(0, -1) : measured
  const sent = generatorCaveats({ spans, held, reasons: run.reasons, checks: levels }).map(
    withProcesses,
  )
  return interrupted ? [brokenOff, ...sent] : sent
}

const brokenOff: Caveat = {
  code: 'interrupted',
  text: 'Interrupted: what was played is a part of the plan, and shows nothing of the rest.',
  forbids_holds: true,
}

function withProcesses(caveat: Caveat): Caveat {
  if (caveat.code !== 'generator-saturated') return caveat
  return { ...caveat, text: `${caveat.text} More --processes give it more cores.` }
}
