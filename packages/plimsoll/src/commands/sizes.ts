import type { Command } from '../command.ts'

export const sizesCommand: Command = {
  summary: 'list the sizes that configurations may name, with prices',
  help: `
Usage: plimsoll sizes

Lists the catalogue: vCPU, memory and list price per hour of each size.
`,
  run: async (input) => (await import('../show-sizes.ts')).showSizes(input),
}
