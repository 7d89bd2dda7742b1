// A process of its own that outlives the lab: `watchdog-main.ts JOURNAL CACHE`. Its standard input is a
// pipe from the lab; it ends when the lab does, however that comes about.

import { existsSync } from 'node:fs'
import { putAwayAbandoned } from '@plimsoll/stores'
import { putAwayJournal } from './journal.ts'

const [journal = '', cache = ''] = process.argv.slice(2)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
process.stdin.on('data', () => {})
process.stdin.on('close', () => {
  if (!existsSync(journal)) return
  void putAwayAbandoned(cache).then(() => putAwayJournal(journal))
})
