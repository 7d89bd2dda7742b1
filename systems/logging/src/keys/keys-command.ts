// `logging keys create | list | revoke`: who may send records.

import { parseArgs } from 'node:util'
import { connectCommand, runCommand, unusableInput, type Terminal } from '@plimsoll/service'
import type { ClientBase } from 'pg'

import { insertKey, listKeys, revokeKey } from './key-store.ts'
import { keyHash, keyText } from './key-text.ts'

const usage = `keys create --name NAME [--scope write|read] [--records-per-second N] [--bytes-per-second N]
keys list
keys revoke ID`

const largestRate = 2_147_483_647
const longestName = 100

/** Resolves to the exit code. `random` gives so many bytes. */
export function keysCommand(
  args: readonly string[],
  terminal: Terminal,
  random: (bytes: number) => Uint8Array,
): Promise<number> {
  return runCommand(terminal, {
    program: 'logging',
    unfinished: 'Look with "logging keys list".',
    body: async (signal) => {
      const asked = askedFor(args)
      await using connection = await connectCommand({ env: terminal.env, name: 'logging', signal })
      const print = (line: string) => void terminal.stdout.write(`${line}\n`)
      await asked(connection.client, { print, random })
      return 0
    },
  })
}

interface Surroundings {
  readonly print: (line: string) => void
  readonly random: (bytes: number) => Uint8Array
}

type Work = (client: ClientBase, surroundings: Surroundings) => Promise<void>

/** All words are checked before anything is connected. Throws `CommandError`. */
function askedFor(args: readonly string[]): Work {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      scope: { type: 'string', default: 'write' },
      'records-per-second': { type: 'string' },
      'bytes-per-second': { type: 'string' },
    },
  })
  const [what, id, ...rest] = positionals
  if (what === 'list' && id === undefined) return list
  if (what === 'revoke' && /^[1-9]\d{0,17}$/.test(id ?? '') && rest.length === 0) {
    return revoke(id ?? '')
  }
  if (what !== 'create' || id !== undefined) throw unusableInput(`Expected one of:\n${usage}`)
  const { name = '', scope } = values
  if (name.trim() === '' || name.length > longestName || name.includes('\0')) {
    throw unusableInput(`--name: expected 1 to ${longestName} characters that say whose key it is.`)
  }
  if (scope !== 'write' && scope !== 'read') {
    throw unusableInput(`--scope: expected write or read, found "${scope}".`)
  }
  const recordsPerSecond = rate('records-per-second', values['records-per-second'])
  const bytesPerSecond = rate('bytes-per-second', values['bytes-per-second'])
  return async (client, { print, random }) => {
    const key = keyText(random(32))
    const hash = keyHash(key)
    await insertKey(client, { name, hash, scope, recordsPerSecond, bytesPerSecond })
    print(key)
    print('It is shown this once. Send it as the header authorization: Bearer KEY.')
  }
}

function rate(name: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const value = /^\d{1,10}$/.test(text) ? Number(text) : 0
  if (value < 1 || value > largestRate) {
    throw unusableInput(
      `--${name}: expected a whole number from 1 to ${largestRate}, found "${text}".`,
    )
  }
  return value
}

async function list(client: ClientBase, { print }: Surroundings): Promise<void> {
  const keys = await listKeys(client)
  for (const key of keys) print(JSON.stringify(key))
  print(`${keys.length} keys in all.`)
}

function revoke(id: string): Work {
  return async (client, { print }) => {
    if (!(await revokeKey(client, id))) throw unusableInput(`There is no key ${id} that counts.`)
    print(`Key ${id} counts no more; services see it within two seconds.`)
  }
}
