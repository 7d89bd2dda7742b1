// What the words of `plimsoll load` stand for.

import { parseArgs } from 'node:util'
import type { Check } from '@plimsoll/record'
import { PlimsollError } from '@plimsoll/workload'
import { fileArgument, wholeNumber } from './arguments.ts'
import type { Outputs } from './outputs/outputs.ts'
import { claimResult } from './records-place.ts'

export interface LoadOptions {
  readonly file: string
  readonly select: string | undefined
  readonly targets: readonly [string, ...string[]]
  readonly seed: number
  /** How many play it together. */
  readonly processes: number
  readonly levels: readonly Check[]
  readonly json: string | undefined
  readonly outputs: Outputs
  readonly records: string
  readonly debug: boolean
}

const mostProcesses = 64

/** Throws `arguments-wrong` or `result-not-writable`. */
export async function loadOptions(args: readonly string[]): Promise<LoadOptions> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      at: { type: 'string', multiple: true },
      seed: { type: 'string', default: '1' },
      processes: { type: 'string', default: '1' },
      level: { type: 'string', multiple: true },
      json: { type: 'string' },
      out: { type: 'string', multiple: true },
      records: { type: 'string', default: 'records' },
      debug: { type: 'boolean', default: false },
    },
  })
  const [file = '', select] = fileArgument(positionals, 'WORKLOAD').split('#')
  const [first, ...others] = (values.at ?? []).map(baseUrl)
  if (first === undefined) throw atMissing()
  const seed = wholeNumber(values.seed, { flag: '--seed', least: 0, most: 2 ** 31 })
  const levels = await levelsOf(values.level)
  const processes = wholeNumber(values.processes, {
    flag: '--processes',
    least: 1,
    most: mostProcesses,
  })
  await claimResult(values.json, { flag: '--json' })
  const outputs = await outputsOf(values.out)
  const { json, records, debug } = values
  const targets = [first, ...others] as const
  return { file, select, targets, seed, processes, levels, json, outputs, records, debug }
}

// What only some loads need is imported by them: the first request leaves sooner.

async function levelsOf(texts: readonly string[] = []): Promise<Check[]> {
  if (texts.length === 0) return []
  const { serviceLevel } = await import('./service-levels.ts')
  return texts.map(serviceLevel)
}

async function outputsOf(outs: readonly string[] = []): Promise<Outputs> {
  if (outs.length === 0) return { files: [], collectors: [] }
  return (await import('./outputs/outputs.ts')).claimOutputs(outs, { hasPage: false })
}

function baseUrl(text: string): string {
  const url = URL.parse(text)
  const isSpoken = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (isSpoken && url.search === '' && url.hash === '') {
    return text.replace(/\/$/, '')
  }
  throw new PlimsollError({
    code: 'arguments-wrong',
    blame: 'input',
    message: `Expected --at to be an http:// or https:// address without a query, found "${text}".`,
    hint: 'For example: --at http://127.0.0.1:8080',
  })
}

function atMissing(): PlimsollError {
  return new PlimsollError({
    code: 'arguments-wrong',
    blame: 'input',
    message: 'Expected --at URL, found none: a workload knows no addresses.',
    hint: 'For example: --at http://127.0.0.1:8080',
  })
}
