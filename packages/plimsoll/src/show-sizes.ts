// `plimsoll sizes`: the catalogue as a table.

import { parseArgs } from 'node:util'
import { bootProfiles, bootTimesReadOn, pricesReadOn, sizes } from '@plimsoll/lab/declarations'
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
  const boots = Object.entries(bootProfiles).map(([name, { boot, notice, note }]) =>
    [
      name.padEnd(16),
      `${notice / 1_000} s`.padStart(8),
      `${boot / 1_000} s`.padStart(8),
      `  ${note}`,
    ].join(''),
  )
  const bootHead = `${'boot profile'.padEnd(16)}  notices   boots  note`
  const bootTimes = `Times of new instances as publicly reported, read on ${bootTimesReadOn}.`
  const lines = [head, ...rows, '', prices, '', bootHead, ...boots, '', bootTimes]
  streams.stdout.write(`${lines.map((line) => line.trimEnd()).join('\n')}\n`)
  return exitCodes.holds
}
