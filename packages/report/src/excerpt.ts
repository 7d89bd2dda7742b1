// Parts of a run that are looked at apart: the search, and the declared phases. One deployment often plays
// both, one after the other, and each asks for a time axis of its own.

import type { ExperimentRecord, RunRecord, StretchRecord } from '@plimsoll/record'

/** The seconds of a run in which these stretches were played, and nothing else of it. */
export interface Excerpt {
  readonly run: RunRecord
  readonly words: string
}

/** What tells most about a configuration: its phases at the expected load, and its longest search. */
export function tellingExcerpts(
  { runs }: ExperimentRecord,
  name: string,
): { phases: Excerpt | undefined; search: Excerpt | undefined; others: number } {
  const own = runs.filter((run) => run.configuration === name && run.seconds.length > 0)
  const parts = own.map((run) => ({ run, ...split(run) }))
  const phased = parts.findLast(({ phases }) => phases.length > 0)
  const searched = parts
    .filter(({ search }) => search.length > 0)
    .toSorted((a, b) => b.search.length - a.search.length)[0]
  const shown = new Set([phased?.run, searched?.run].filter((run) => run !== undefined))
  return {
    phases: phased && {
      run: excerpt(phased.run, phased.phases),
      words: 'the declared phases at the expected load',
    },
    search: searched && {
      run: excerpt(searched.run, searched.search),
      words: `the search, run ${searched.run.repeat}`,
    },
    others: own.length - shown.size,
  }
}

/** Phases with the warm-up right before them; the steps with theirs, of repeats that share a deployment the first's. */
function split(run: RunRecord): {
  phases: readonly StretchRecord[]
  search: readonly StretchRecord[]
} {
  const { stretches } = run
  const lastStep = stretches.findLastIndex(({ kind }) => kind === 'step')
  const firstPhase = stretches.findIndex(({ kind }) => kind === 'phase')
  if (firstPhase < 0) return { phases: [], search: lastStep < 0 ? [] : ofFirst(stretches) }
  if (lastStep < 0) return { phases: stretches, search: [] }
  const cut =
    firstPhase > lastStep ? lastStep + 1 : stretches.findIndex(({ kind }) => kind === 'step')
  const before = stretches.slice(0, cut)
  const after = stretches.slice(cut)
  return firstPhase > lastStep
    ? { phases: after, search: ofFirst(before) }
    : { phases: before, search: after }
}

/** Without those of later repeats on the same deployment, and the waiting between. */
function ofFirst(stretches: readonly StretchRecord[]): StretchRecord[] {
  return stretches.filter(({ repeat }) => repeat === undefined)
}

function excerpt(run: RunRecord, stretches: readonly StretchRecord[]): RunRecord {
  const from = Math.min(...stretches.map(({ from_second }) => from_second))
  const to = Math.max(...stretches.map(({ to_second }) => to_second))
  const inside = ({ second }: { readonly second: number }) => second >= from && second < to
  return {
    ...run,
    stretches: [...stretches],
    seconds: run.seconds.filter(inside),
    parts: run.parts.filter(inside),
  }
}
