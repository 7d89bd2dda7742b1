import type { Command } from '../command.ts'

export const sizesCommand: Command = {
  summary: 'list the sizes that configurations may name, with prices',
  help: `
Usage: plimsoll sizes

Lists the catalogue: vCPU, memory and list price per hour of each size, and how long a new instance
takes by each boot profile. Both are files to edit: packages/lab/src/sizes.ts and boot-profiles.ts.
`,
  run: async (input) => (await import('../show-sizes.ts')).showSizes(input),
}
