// `campaign admin NAME`: makes a user an admin, or no admin any more with --revoke.

import { parseArgs } from 'node:util'
import { connectCommand, runCommand, unusableInput, type Terminal } from '@plimsoll/service'

import { nameKey } from '../names/name.ts'

/** Resolves to 0 when the user is what was asked for. */
export function adminCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand(terminal, {
    program: 'campaign',
    unfinished: 'Nothing was changed.',
    body: async (signal) => {
      const { values, positionals } = parseArgs({
        args: [...args],
        options: { revoke: { type: 'boolean', default: false } },
        allowPositionals: true,
      })
      const [name] = positionals
      if (name === undefined || positionals.length > 1) {
        throw unusableInput('The name of one user is needed: campaign admin NAME [--revoke].')
      }
      await using connection = await connectCommand({
        env: terminal.env,
        name: 'campaign admin',
        signal,
      })
      const { rowCount } = await connection.client.query(
        'update users set is_admin = $2 where name_key = $1',
        [nameKey(name), !values.revoke],
      )
      if (rowCount === 0) throw unusableInput(`There is no user "${name}": register first.`)
      terminal.stdout.write(`${name} is ${values.revoke ? 'no admin' : 'an admin'}\n`)
      return 0
    },
  })
}
