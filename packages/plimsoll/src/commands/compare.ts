import type { Command } from '../command.ts'

export const compareCommand: Command = {
  summary: 'compare the load lines of two experiments: what did a change do?',
  help: `
Usage: plimsoll compare BEFORE AFTER [--json FILE]

Reads the records of two experiments (folders that hold a plan.json), judges both and prints the
load line of each configuration before and after, their ratio with its interval, and what else
differs. Where workload, checks, scale, form, seed or system differ, no ratio is drawn.

Exit code: 0 when no configuration carries less, 1 when one does or breaks what held before,
2 when nothing could be compared.

  --json FILE  also write the comparison as JSON (- is standard output)

Example:
  plimsoll compare records/reviews/2026-11-20T17-00-00 records/reviews/2026-11-21T09-30-00
`,
  run: async (input) => (await import('../compare-records.ts')).compareRecords(input),
}
