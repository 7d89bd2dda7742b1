// A process of its own that outlives the lab: `watchdog-main.ts JOURNAL CACHE`. Its standard input is a
// pipe from the lab; it ends when the lab does, however that comes about.

import { existsSync } from 'node:fs'
import { putAwayAbandoned, until } from '@plimsoll/stores'
import { hasLostItsOwner, putAwayJournal } from './journal.ts'

const [journal = '', cache = ''] = process.argv.slice(2)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
process.stdin.on('data', () => {})
process.stdin.on('close', () => {
  if (existsSync(journal)) void putEverythingAway()
})

async function putEverythingAway(): Promise<void> {
  // The pipe closes a moment before the process is gone, and what belongs to the living is left alone.
  await until(() => hasLostItsOwner(journal), { deadline_ms: 10_000 })
  try {
    await putAwayAbandoned(cache)
  } finally {
    await putAwayJournal(journal)
  }
}
