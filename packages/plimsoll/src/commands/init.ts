import type { Command } from '../command.ts'

export const initCommand: Command = {
  summary: 'write a first workload',
  help: `
Usage: plimsoll init [FOLDER]

Writes FOLDER/workload.ts: two personas, a mix and three phases, to be changed by hand. It plays as it
is against any server. A file that is there is never overwritten.

Example:
  plimsoll init shop
  plimsoll load shop/workload.ts --at http://127.0.0.1:8080
`,
  run: async (input) => (await import('../init-workload.ts')).initWorkload(input),
}
