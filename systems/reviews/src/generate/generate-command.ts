// `reviews generate`: a data set like the public one, of any size, as files or straight into the database.

import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { summary } from '../import/import-command.ts'
import { load } from '../import/load.ts'
import { grouped, showProgress } from '../import/progress.ts'
import {
  connectCommand,
  type Refusals,
  runCommand,
  type Terminal,
  unusableInput,
} from '@plimsoll/service'
import { generatedSource } from './generated-source.ts'
import { mostProducts } from './popularity.ts'
import { writeFiles } from './write-files.ts'
import type { DataSetOptions } from './products.ts'

/** What `reviews generate --help` says. */
export const generateUsage = `reviews generate --products N [--seed S] (--out DIR | --load [--replace])

Makes products 1 to N with 5.8 reviews each on average; the same N and S (1 unless given) make the same bytes.

  --out DIR   write the four CSV files that "reviews import DIR" reads
  --load      put the rows into the database of DATABASE_URL, in place of the data of an earlier import
  --replace   with --load: also delete reviews and votes that were posted since
`

/** Runs the command; resolves to its exit code. */
export function generateCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const unfinished = 'What was not complete was put away.'
  return runCommand(terminal, {
    program: 'reviews',
    unfinished,
    body: (signal) => generate(args, terminal, signal),
  })
}

async function generate(
  args: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean' },
      products: { type: 'string' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string' },
      load: { type: 'boolean', default: false },
      replace: { type: 'boolean', default: false },
    },
  })
  if (values.help === true) {
    terminal.stdout.write(generateUsage)
    return 0
  }
  const options = {
    products: wholeNumber('--products', values.products, 1, mostProducts),
    seed: wholeNumber('--seed', values.seed, 0, 4_294_967_295),
  }
  const { out: folder } = values
  if ((folder !== undefined) === values.load) {
    throw unusableInput('Say where to: either --out DIR or --load.')
  }
  if (folder === undefined)
    return loadGenerated(options, { terminal, signal, replace: values.replace })
  await writeFiles({
    ...options,
    folder,
    signal,
    onFile: ({ path, rows }) => terminal.stdout.write(`${path}: ${grouped(rows)} rows\n`),
  })
  return 0
}

interface LoadGeneratedOptions {
  readonly terminal: Terminal
  readonly signal: AbortSignal
  readonly replace: boolean
}

async function loadGenerated(
  options: DataSetOptions,
  { terminal, signal, replace }: LoadGeneratedOptions,
): Promise<number> {
  const started = performance.now()
  const sources = {
    reviews: generatedSource('reviews', options),
    characteristics: generatedSource('characteristics', options),
    photos: generatedSource('photos', options),
    answers: generatedSource('answers', options),
  }
  await using connection = await connectCommand({
    env: terminal.env,
    name: 'reviews',
    signal,
  })
  const { client } = connection
  const onEvent = showProgress({ to: terminal.stderr, now: () => performance.now() })
  const openRefusals = () => Promise.resolve(noRefusals)
  const counts = await load({ client, sources, openRefusals, onEvent, replace, signal })
  terminal.stdout.write(summary({ sources, counts, seconds: (performance.now() - started) / 1000 }))
  return 0
}

/** What is generated is never refused. */
const noRefusals: Refusals = {
  async write([refusal]) {
    throw new Error(`a generated row was refused: ${JSON.stringify(refusal)}`)
  },
  async end() {},
  async [Symbol.asyncDispose]() {},
}

function wholeNumber(flag: string, text: string | undefined, from: number, to: number): number {
  const value = /^\d{1,12}$/.test(text ?? '') ? Number(text) : Number.NaN
  if (value >= from && value <= to) return value
  const found = text === undefined ? 'nothing' : `"${text}"`
  throw unusableInput(
    `${flag}: expected a whole number from ${from} to ${grouped(to)}, found ${found}.`,
  )
}
