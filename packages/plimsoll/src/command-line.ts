// From words on a command line to a command, and from what happened to an exit code.

import { exitCodes, type Command, type Streams } from './command.ts'
import { interrupted } from './interruption.ts'

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./commands/run.ts')).runCommand,
  plan: async () => (await import('./commands/plan.ts')).planCommand,
  load: async () => (await import('./commands/load.ts')).loadCommand,
  steer: async () => (await import('./commands/steer.ts')).steerCommand,
  init: async () => (await import('./commands/init.ts')).initCommand,
  import: async () => (await import('./commands/import.ts')).importCommand,
  up: async () => (await import('./commands/up.ts')).upCommand,
  compare: async () => (await import('./commands/compare.ts')).compareCommand,
  report: async () => (await import('./commands/report.ts')).reportCommand,
  sizes: async () => (await import('./commands/sizes.ts')).sizesCommand,
}

/** Runs one command line and gives its exit code. */
export async function commandLine(args: readonly string[], streams: Streams): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    streams.stdout.write(await overview())
    return name === undefined ? exitCodes.input : exitCodes.holds
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load === undefined) {
    streams.stderr.write(
      `There is no command "${name}". Expected one of ${Object.keys(commands).join(', ')}; try "plimsoll --help".\n`,
    )
    return exitCodes.input
  }
  const command = await load()
  if (rest.includes('--help') || rest.includes('-h')) {
    streams.stdout.write(`${command.help.trim()}\n`)
    return exitCodes.holds
  }
  using interruption = interrupted(streams.stderr)
  try {
    const code = await command.run({ args: rest, streams, signal: interruption.signal })
    return interruption.signal.aborted ? exitCodes.interrupted : code
  } catch (error) {
    if (interruption.signal.aborted) return exitCodes.interrupted
    const { describeError } = await import('./describe-error.ts')
    const { text, code } = describeError(error, name)
    streams.stderr.write(`${text}\n`)
    return code
  }
}

async function overview(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(commands).map(
      async ([name, load]) => `  ${name.padEnd(8)}${(await load()).summary}`,
    ),
  )
  return `Plimsoll: how much load does a system carry, in each way of deploying it, and at what cost?

Usage: plimsoll COMMAND …

${lines.join('\n')}

"plimsoll COMMAND --help" teaches one command. Start with:
  plimsoll run systems/reviews/experiment.ts --quick

Exit codes: 0 holds (or did what was asked), 1 fails, 2 inconclusive, 3 unusable input,
            4 broken environment, 5 our bug, 130 Ctrl-C.
`
}
