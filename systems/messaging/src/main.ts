// The command line of messaging: one row of the table per command; without a name it is the edge.

import process from 'node:process'
import { SettingsError } from '@plimsoll/service'

/** Resolves to the exit code. */
type Command = () => Promise<number>

const print = (line: string) => void process.stdout.write(`${line}\n`)
const world = { signals: process, clock: () => Date.now() }

const commands: Readonly<Record<string, Command>> = {
  edge: async () => (await import('./edge.ts')).edge(process.env, world),
  store: async () => (await import('./store.ts')).store(process.env, world),
  collection: async () =>
    (await import('./collection/collection-command.ts')).printCollection(print),
  migrate: async () => (await import('./migrate.ts')).migrate(process.env, print),
}

const [name = 'edge'] = process.argv.slice(2)
process.exit(await execute(name))

async function execute(name: string): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    process.stderr.write(
      `There is no command "${name}". The commands are ${Object.keys(commands).join(', ')}.\n`,
    )
    return 3
  }
  try {
    return await command()
  } catch (error) {
    const isInput = error instanceof SettingsError
    process.stderr.write(`${isInput ? error.message : String(error)}\n`)
    return isInput ? 3 : 4
  }
}
