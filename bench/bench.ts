// `npm run bench -- NAME`: checks correctness, then times, then writes bench/results/NAME-<date>.{json,md}.

import { benchEngine } from './engine/bench-engine.ts'
import { benchCampaign } from './campaign/bench-campaign.ts'
import { benchHelpdesk } from './helpdesk/bench-helpdesk.ts'
import { benchIdentical } from './identical/bench-identical.ts'
import { benchImport } from './import/bench-import.ts'
import { benchLogging } from './logging/bench-logging.ts'
import { benchMessaging } from './messaging/bench-messaging.ts'
import { benchReads } from './reads/bench-reads.ts'
import { writeResults, type Results } from './results.ts'
import { benchReviews } from './reviews/bench-reviews.ts'
import { benchStart } from './start/bench-start.ts'
import { yardstick } from './yardstick.ts'

const benches: Readonly<Record<string, (options: { smoke: boolean }) => Promise<Results>>> = {
  engine: benchEngine,
  reads: benchReads,
  reviews: benchReviews,
  import: benchImport,
  logging: benchLogging,
  helpdesk: benchHelpdesk,
  messaging: benchMessaging,
  campaign: benchCampaign,
  identical: benchIdentical,
  start: benchStart,
}

const [name = '', ...flags] = process.argv.slice(2)
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined
if (bench === undefined) {
  process.stderr.write(`Expected one of ${Object.keys(benches).join(', ')}, found "${name}".\n`)
  process.exit(3)
}
// While nothing of the benchmark is up: before it is deployed, and after it was put away.
const before = await yardstick()
const results = await bench({ smoke: flags.includes('--smoke') })
await writeResults(results, [before, await yardstick()])
process.exit()
