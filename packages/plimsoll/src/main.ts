// The command line: finds the command, runs it, and turns what went wrong into words and an exit code.

import { commandLine } from './command-line.ts'

// Who reads along may leave (`| head`, a closed terminal): that ends no experiment.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

process.exitCode = await commandLine(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
})
// Nothing is left to do; an open handle of a library must not keep the terminal waiting.
process.exit()
