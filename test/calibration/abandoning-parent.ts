// Starts an engine on a target with a ledger, plays, tells its process id, and waits to be killed.

import { engineFor } from './measured.ts'

const [target = '', ledgerFile = ''] = process.argv.slice(2)
const engine = await engineFor({ workload: 'promising', targets: [target], ledgerFile }, () => {})
void engine.play({
  from: 'rate',
  mixOf: 'even',
  sessions_per_second: 200,
  lasts_ms: 60_000,
  first_session: 0,
  second: 0,
})
process.send?.(engine.pid)
setInterval(() => {}, 1_000)
