import type { Command } from '../command.ts'

export const planCommand: Command = {
  summary: 'show what an experiment would do, without doing it',
  help: `
Usage: plimsoll plan EXPERIMENT [--quick] [--json]

Checks the experiment and prints its plan: configurations with their limits on this machine,
personas, phases, checks, the search, and the hash that two runs must share to be comparable.

  --quick   the plan of the quick form
  --json    the whole plan as JSON

Example:
  plimsoll plan systems/reviews/experiment.ts
`,
  run: async (input) => (await import('../show-plan.ts')).showPlan(input),
}
