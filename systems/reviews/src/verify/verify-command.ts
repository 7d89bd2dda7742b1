// `reviews verify`: is what meta answers still what the reviews say?

import { parseArgs } from 'node:util'
import { connectCommand, runCommand, type Terminal, unusableInput } from '@plimsoll/service'
import { verifyAggregates } from './verify-aggregates.ts'

/** What `reviews verify --help` says. */
export const verifyUsage = `reviews verify [--products 1,2,3] [--timeout SECONDS]

Counts ratings, recommendations and characteristics again from the reviews in the database of DATABASE_URL
and prints what differs from the stored sums. Ends with 0 when nothing does, 1 when something does.
A recount that takes longer than --timeout (60 unless given) is given up.
`

/** Runs the command; resolves to its exit code. */
export function verifyCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand(terminal, {
    program: 'reviews',
    unfinished: 'Nothing was found out.',
    body: (signal) => verify(args, terminal, signal),
  })
}

async function verify(
  args: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean' },
      products: { type: 'string' },
      timeout: { type: 'string', default: '60' },
    },
  })
  if (values.help === true) {
    terminal.stdout.write(verifyUsage)
    return 0
  }
  if (values.products !== undefined && !/^\d{1,15}(,\d{1,15})*$/.test(values.products)) {
    throw unusableInput(`--products: expected ids such as 1,2,3, found "${values.products}".`)
  }
  if (!/^[1-9]\d{0,5}$/.test(values.timeout)) {
    throw unusableInput(`--timeout: expected whole seconds from 1, found "${values.timeout}".`)
  }
  await using connection = await connectCommand({
    env: terminal.env,
    name: 'reviews',
    signal,
  })
  const differences = await verifyAggregates(connection.client, {
    ...(values.products === undefined ? {} : { products: values.products.split(',').map(Number) }),
    timeout: Number(values.timeout) * 1000,
  })
  for (const { product_id, what, stored, counted } of differences) {
    terminal.stdout.write(`product ${product_id}, ${what}: stored ${stored}, counted ${counted}\n`)
  }
  const verdict = differences.length === 0 ? 'Every sum is what a recount gives.' : 'Sums differ.'
  terminal.stdout.write(`${verdict}\n`)
  return differences.length === 0 ? 0 : 1
}
