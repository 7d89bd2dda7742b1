// `npm run faults -- NAME --seeds N`: plays every fault of a system with N seeds and writes the evidence to
// bench/results/NAME-faults-<date>.{json,md}. Ends with 1 when anything was lost, doubled or unexpected.

import { parseArgs } from 'node:util'
import { faultsOfLogging } from './logging/faults-of-logging.ts'
import { faultsOfMessaging } from './messaging/faults-of-messaging.ts'

const systems: Readonly<Record<string, (seeds: number) => Promise<boolean>>> = {
  logging: faultsOfLogging,
  messaging: faultsOfMessaging,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '10' } },
})
const [name = ''] = positionals
const play = Object.hasOwn(systems, name) ? systems[name] : undefined
const seeds = Number(values.seeds)
if (play === undefined || !Number.isInteger(seeds) || seeds < 1) {
  process.stderr.write(
    `Expected one of ${Object.keys(systems).join(', ')} and --seeds with a whole number, found "${name}" and "${values.seeds}".\n`,
  )
  process.exit(3)
}
process.exit((await play(seeds)) ? 0 : 1)
