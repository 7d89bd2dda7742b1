// PostgreSQL refuses to run as root: there it runs as `nobody`, who owns nothing else.

import { readFile } from 'node:fs/promises'
import { environmentError } from './environment-error.ts'

export interface Account {
  readonly uid: number
  readonly gid: number
}

/** The account that database servers run as; null means the user who runs Plimsoll. */
export async function databaseUser(uid = process.getuid?.()): Promise<Account | null> {
  if (uid !== 0) return null
  const found = accountIn(await readFile('/etc/passwd', 'utf8'), 'nobody')
  if (found !== null) return found
  throw environmentError('PostgreSQL cannot run as root', 'and the account "nobody" is missing', {
    code: 'no-database-user',
    hint: 'Run Plimsoll as an ordinary user, or add the account "nobody".',
  })
}

/** Finds an account in the text of a passwd file; null when it is not there. */
export function accountIn(passwd: string, name: string): Account | null {
  for (const line of passwd.split('\n')) {
    const [user, , uid, gid] = line.split(':')
    if (user === name) return { uid: Number(uid), gid: Number(gid) }
  }
  return null
}
