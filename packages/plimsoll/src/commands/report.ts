import { outputsHelp } from '../outputs-help.ts'
import type { Command } from '../command.ts'

export const reportCommand: Command = {
  summary: 'judge and draw the report again from the records of an experiment',
  help: `
Usage: plimsoll report DIR [--json FILE] [--out FILE …]

Reads the records in DIR (a folder that holds plan.json), judges them again and writes
judgement.json, report.html and report.md there. Also for experiments that were interrupted.

  --json FILE  also write the result as JSON (- is standard output)
${outputsHelp}

Example:
  plimsoll report records/reviews/2026-11-20T17-00-00
`,
  run: async (input) => (await import('../redraw-report.ts')).redrawReport(input),
}
