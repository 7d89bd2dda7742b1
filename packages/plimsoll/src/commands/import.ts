import type { Command } from '../command.ts'

export const importCommand: Command = {
  summary: 'write a workload from a recording, an API description or a collection',
  help: `
Usage: plimsoll import har|openapi|postman FILE [--to FILE]

Reads what another tool wrote and writes a workload in TypeScript, to be read and changed by hand. What was
left out (static files, other servers, cookies, secrets, scripts) stands at its head, with the reason.

  har       a recording of a browser: requests in their order, pauses where the user paused
  openapi   OpenAPI 3 or Swagger 2, JSON or YAML: one persona for each tag, values from the examples
  postman   a collection, format 2: one persona for each folder, variables as constants
  --to FILE  where it goes (- is standard output); default: NAME.workload.ts where you are

Examples:
  plimsoll import har shop.har
  plimsoll import openapi openapi.yaml --to workload.ts
`,
  run: async (input) => (await import('../import/import-file.ts')).importFile(input),
}
