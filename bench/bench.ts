// `npm run bench -- NAME`: checks correctness, then times, then writes bench/results/NAME-<date>.{json,md}.

import { benchHelpdesk } from './helpdesk/bench-helpdesk.ts'
import { benchIdentical } from './identical/bench-identical.ts'
import { benchImport } from './import/bench-import.ts'
import { benchLogging } from './logging/bench-logging.ts'
import { benchReads } from './reads/bench-reads.ts'
import { benchReviews } from './reviews/bench-reviews.ts'

const benches: Readonly<Record<string, (options: { smoke: boolean }) => Promise<void>>> = {
  reads: benchReads,
  reviews: benchReviews,
  import: benchImport,
  logging: benchLogging,
  helpdesk: benchHelpdesk,
  identical: benchIdentical,
}

const [name = '', ...flags] = process.argv.slice(2)
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined
if (bench === undefined) {
  process.stderr.write(`Expected one of ${Object.keys(benches).join(', ')}, found "${name}".\n`)
  process.exit(3)
}
await bench({ smoke: flags.includes('--smoke') })
process.exit()
