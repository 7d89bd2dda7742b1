// `plimsoll sizes`: the catalogue as a table.

import { parseArgs } from 'node:util'
import { pricesReadOn, sizes } from '@plimsoll/lab/declarations'
import { exitCodes, type CommandInput } from './command.ts'

export function showSizes({ args, streams }: CommandInput): number {
  parseArgs({ args: [...args], options: {} })
  const rows = Object.entries(sizes).map(([name, size]) =>
    [
      name.padEnd(16),
      String(size.vcpu).padStart(5),
      String(size.memory_gib).padStart(11),
      size.price_per_hour_usd.toFixed(4).padStart(11),
      `  ${size.note ?? ''}`,
    ].join(''),
  )
  const head = `${'size'.padEnd(16)} vCPU memory GiB  USD/hour  note`
  const prices = `List prices on demand, read on ${pricesReadOn}; check the provider's page before you rely on one.`
  streams.stdout.write(`${[head, ...rows].map((row) => row.trimEnd()).join('\n')}\n\n${prices}\n`)
  return exitCodes.holds
}
