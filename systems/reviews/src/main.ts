// The command line of reviews: one row of the table per command; without a name it serves.

import process from 'node:process'

/** Takes the words after its own name, resolves to the exit code. */
type Command = (args: readonly string[]) => Promise<number>

const commands: Readonly<Record<string, Command>> = {
  serve: async () => (await import('./serve.ts')).serve(process.env),
  migrate: async () => (await import('./migrate.ts')).migrate(process.env),
}

const [name = 'serve', ...args] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
if (command === undefined) {
  process.stderr.write(
    `There is no command "${name}". The commands are ${Object.keys(commands).join(', ')}.\n`,
  )
  process.exitCode = 3
} else {
  process.exitCode = await command(args)
}
