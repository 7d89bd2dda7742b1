// `campaign seed`: users and teams, so that load has somebody to be and something to join. All users have one digest, of
// the password `campaign`, because hashing one for each would take minutes: for measuring, and for nothing else.

import { parseArgs } from 'node:util'
import {
  connectCommand,
  Passwords,
  runCommand,
  unusableInput,
  type Terminal,
} from '@plimsoll/service'

import { seededPassword } from '../../tokens.ts'

const most = 1_000_000

/** Adds `user_1`, `user_2`, … and `Team 1`, `Team 2`, …; what is there stays as it is. Resolves to 0. */
export function seedCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand(terminal, {
    program: 'campaign',
    unfinished: 'Nothing was added.',
    body: async (signal) => {
      const wanted = numbersIn(args)
      await using connection = await connectCommand({
        env: terminal.env,
        name: 'campaign seed',
        signal,
      })
      const passwords = new Passwords({ concurrency: 1, queueLimit: 1, queueTimeout: 60_000 })
      const digest = await passwords.hash(seededPassword)
      const { rows } = await connection.client.query<{ users: number; teams: number }>(
        `with made as (
           insert into users (user_name, name_key, password_digest, is_old_customer)
           select 'user_' || n, 'user_' || n, $1, n % 2 = 0 from generate_series(1, $2::integer) as n
           on conflict do nothing returning id
         ), team as (
           insert into teams (team_name, name_key)
           select 'Team ' || n, 'team ' || n from generate_series(1, $3::integer) as n
           on conflict do nothing returning id, team_name
         ), score as (
           insert into scores (team_id, team_name) select id, team_name from team returning team_id
         )
         select (select count(*)::integer from made) as users,
           (select count(*)::integer from score) as teams`,
        [digest, wanted.users, wanted.teams],
      )
      const [{ users, teams } = { users: 0, teams: 0 }] = rows
      terminal.stdout.write(`${users} users, ${teams} teams\n`)
      return 0
    },
  })
}

function numbersIn(args: readonly string[]): { readonly users: number; readonly teams: number } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      users: { type: 'string', default: '100' },
      teams: { type: 'string', default: '10' },
    },
  })
  const number = (name: 'users' | 'teams') => {
    const found = Number(values[name])
    if (!/^\d+$/.test(values[name]) || found > most) {
      throw unusableInput(
        `--${name}: expected a whole number up to ${most}, found "${values[name]}".`,
      )
    }
    return found
  }
  return { users: number('users'), teams: number('teams') }
}
