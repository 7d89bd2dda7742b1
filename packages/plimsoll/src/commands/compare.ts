import type { Command } from '../command.ts'

export const compareCommand: Command = {
  summary: 'compare the load lines of two experiments: what did a change do?',
  help: `
Usage: plimsoll compare BEFORE AFTER [--json FILE]

Reads the records of two experiments (folders that hold a plan.json), judges both and prints the
load line of each configuration before and after, their ratio, and what else differs. Where
personas, phases, checks, scale, form, seed or the rules of the search differ, no ratio is drawn.

The interval is that of the repeats. What the machine did between the two is not in it, so play
both on the same day, and both again where it matters.

Exit code: 0 when no configuration carries less; 1 when one does in the full form, has no load
line any more, is gone, breaks an invariant that held, or fails the same expected load that it
held; 2 when nothing could be compared.
A ratio of quick runs alone never gives 1: the same system may differ by more than its interval.

  --json FILE  also write the comparison as JSON (- is standard output)

Example:
  plimsoll compare records/reviews/2026-11-20T17-00-00 records/reviews/2026-11-21T09-30-00
`,
  run: async (input) => (await import('../compare-records.ts')).compareRecords(input),
}
