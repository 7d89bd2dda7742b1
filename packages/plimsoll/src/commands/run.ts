import { outputsHelp } from '../outputs-help.ts'
import type { Command } from '../command.ts'

export const runCommand: Command = {
  summary: 'deploy every configuration of an experiment, find its load line, write the report',
  help: `
Usage: plimsoll run EXPERIMENT [--quick] [--json FILE] [--out FILE …] [--records FOLDER]

Deploys each configuration of the experiment on this machine, plays the same workload against
each, finds the highest rate at which every check holds, compares what was acknowledged with what
is there, and writes records/<experiment>/<time>/report.html and report.md. Every run starts a
PostgreSQL of its own, which can be limited: DATABASE_URL is for "up" and for tests.

  --quick           shorter steps, and 3 repeats instead of 7 where the experiment names none; the report
                    carries the caveat "quick"
  --json FILE       also write the result as JSON (- is standard output)
${outputsHelp}
  --records FOLDER  where records go; default: records

Examples:
  plimsoll run systems/reviews/experiment.ts --quick
  plimsoll run systems/reviews/experiment.ts --json result.json

Ends with 0 when the experiment holds, 1 when it fails, 2 when it is inconclusive.
With PLIMSOLL_START=main (npm start) it ends with 0 when a report was written and no invariant broke.
`,
  run: async (input) => (await import('../run-experiment.ts')).runExperiment(input),
}
