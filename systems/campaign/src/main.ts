// The command line of campaign: one row of the table per command; without a name it serves.

import process from 'node:process'
import { SettingsError } from '@plimsoll/service'

/** Takes the words after its own name, resolves to the exit code. */
type Command = (args: readonly string[]) => Promise<number>

const print = (line: string) => void process.stdout.write(`${line}\n`)

const commands: Readonly<Record<string, Command>> = {
  serve: async () => (await import('./serve.ts')).serve(process.env, process),
  migrate: async () => (await import('./migrate.ts')).migrate(process.env, print),
  seed: async (args) => (await import('./seed/seed-command.ts')).seedCommand(args, process),
  admin: async (args) => (await import('./admin/admin-command.ts')).adminCommand(args, process),
  rebuild: async (args) =>
    (await import('./score/rebuild-command.ts')).rebuildCommand(args, process),
}

// By this name public deployments give it, to every command.
const { DATABASE_URL_WRITER } = process.env
if (DATABASE_URL_WRITER !== undefined) process.env['DATABASE_URL'] = DATABASE_URL_WRITER

const [name = 'serve', ...args] = process.argv.slice(2)
process.exit(await execute(name, args))

async function execute(name: string, args: readonly string[]): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    process.stderr.write(
      `There is no command "${name}". The commands are ${Object.keys(commands).join(', ')}.\n`,
    )
    return 3
  }
  try {
    return await command(args)
  } catch (error) {
    const isInput =
      error instanceof SettingsError ||
      (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
    process.stderr.write(`${error instanceof Error && isInput ? error.message : String(error)}\n`)
    return isInput ? 3 : 4
  }
}
