// Starts an engine, tells its process id, and waits to be killed.

import { engineFor } from './measured.ts'

const engine = await engineFor({ workload: 'reads', targets: ['http://127.0.0.1:9'] }, () => {})
process.send?.(engine.pid)
setInterval(() => {}, 1_000)
