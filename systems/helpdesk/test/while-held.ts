// Requests that must wait for a conversation: statements that were sent before what they depend on had changed.

import { until } from '@plimsoll/stores'
import { Client } from 'pg'

import type { Answer, RunningHelpdesk } from './running-helpdesk.ts'

/**
 * Holds the conversation's row, sends each request once the one before is seen to wait for it, then lets go. Throws
 * when one does not wait.
 */
export async function whileHeld(
  helpdesk: RunningHelpdesk,
  conversation: string,
  requests: readonly (() => Promise<Answer>)[],
): Promise<Answer[]> {
  const holder = new Client({ connectionString: helpdesk.database.url })
  await holder.connect()
  try {
    await holder.query('begin')
    await holder.query('select from conversations where id = $1 for no key update', [conversation])
    const sent: Promise<Answer>[] = []
    for (const request of requests) {
      sent.push(request())
      const doWait = async () => {
        const [row] = await helpdesk.sql(
          `select count(*)::integer as n from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'`,
        )
        return row?.['n'] === sent.length
      }
      if (!(await until(doWait, { deadline_ms: 5_000 }))) {
        throw new Error(`Of ${sent.length} requests not all wait for the conversation.`)
      }
    }
    await holder.query('commit')
    return await Promise.all(sent)
  } finally {
    await holder.end()
  }
}
