// `helpdesk import`: real conversations of a public data set, as people, conversations and messages of this
// service. Every conversation is stored at once with all that belongs to it; one that is there is left alone.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setImmediate as eventsFirst } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import {
  connectCommand,
  Passwords,
  refusalFile,
  runCommand,
  unusableInput,
  type Refusals,
  type Terminal,
} from '@plimsoll/service'

import { abcd } from './abcd.ts'
import { bitext } from './bitext.ts'
import type { DataSet, Piece } from './data-set.ts'
import { openImport, type Storing } from './import-store.ts'
import { stripeIrc } from './stripe-irc.ts'
import { pastOf, type PastConversation } from './transcript.ts'

const dataSets: readonly DataSet[] = [stripeIrc, bitext, abcd]
const names = dataSets.map(({ name }) => name)

/** What `helpdesk import --help` says. */
export const importUsage = `helpdesk import DATASET [DIR] [--password WORD] [--rejected FILE]

Adds the conversations of a public data set to the database of DATABASE_URL: ${names.join(', ')}.
They are read from DIR, or from the folder of the data set's name in PLIMSOLL_DATA. Conversations that are there
from an earlier import are left as they are. What is not taken is written to FILE (rejected.csv unless given)
with line and reason.

  --password WORD   the people of the data set can log in with it; without it nobody can log in as one of them
`

/** read = taken + present + rejected, always. */
export interface ImportCounts {
  conversations: number
  read: number
  taken: number
  present: number
  rejected: number
}

/** Runs the command; resolves to its exit code. `now` is in milliseconds since 1970. */
export function importCommand(
  args: readonly string[],
  terminal: Terminal,
  now: () => number,
): Promise<number> {
  const unfinished = 'What was imported until then is there: run it again to go on.'
  return runCommand(terminal, {
    program: 'helpdesk',
    unfinished,
    body: (signal) => importFolder(args, { terminal, now, signal }),
  })
}

interface Surroundings {
  readonly terminal: Terminal
  readonly now: () => number
  readonly signal: AbortSignal
}

async function importFolder(
  args: readonly string[],
  { terminal, now, signal }: Surroundings,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean' },
      password: { type: 'string' },
      rejected: { type: 'string', default: 'rejected.csv' },
    },
  })
  if (values.help === true) {
    terminal.stdout.write(importUsage)
    return 0
  }
  const { set, folder } = askedFor(positionals, terminal.env)
  if (values.password === '') throw unusableInput('--password: expected a word, found nothing.')
  await using connection = await connectCommand({ env: terminal.env, name: 'helpdesk', signal })
  await using refusals = await refusalFile(values.rejected)
  const store = openImport(connection.client, {
    source: set.name,
    digest: await digestOf(values.password ?? randomBytes(32).toString('hex')),
  })
  const started = now()
  const counts = await importPieces(set.read(folder), {
    set,
    store,
    refusals,
    terminal,
    now,
    signal,
  })
  await refusals.end()
  terminal.stdout.write(summary(set, counts, now() - started))
  if (counts.rejected > 0) {
    terminal.stdout.write(`Rejected ${set.row}s, each with its reason: ${values.rejected}\n`)
  }
  return 0
}

function askedFor(positionals: readonly string[], env: Terminal['env']) {
  const [name, path] = positionals
  const set = dataSets.find((one) => one.name === name)
  if (set === undefined || positionals.length > 2) {
    const found = name === undefined ? 'nothing' : positionals.map((word) => `"${word}"`).join(' ')
    throw unusableInput(
      `helpdesk import: expected a data set (${names.join(', ')}) and perhaps its folder, found ${found}.`,
    )
  }
  const root = env['PLIMSOLL_DATA']
  if (path === undefined && (root === undefined || root === '')) {
    throw unusableInput(
      `Name the folder of ${set.name}, helpdesk import ${set.name} DIR, or the folder above it in PLIMSOLL_DATA.`,
    )
  }
  return { set, folder: path ?? join(root ?? '', set.name) }
}

/** One digest for all: every one of them takes tens of milliseconds. */
async function digestOf(password: string): Promise<string> {
  return await new Passwords({ concurrency: 1, queueLimit: 1, queueTimeout: 60_000 }).hash(password)
}

interface Importing extends Surroundings {
  readonly set: DataSet
  readonly store: (past: PastConversation) => Promise<Storing>
  readonly refusals: Refusals
}

const lineEvery_ms = 5_000
const rowsBetweenEvents = 64

async function importPieces(pieces: AsyncIterable<Piece>, importing: Importing) {
  const { set, store, refusals, terminal, now, signal } = importing
  const counts: ImportCounts = { conversations: 0, read: 0, taken: 0, present: 0, rejected: 0 }
  let shown = now()
  for await (const { rows, transcript, refused, where } of pieces) {
    // Files come from memory when they were just read: Ctrl-C would not be heard.
    if (counts.read % rowsBetweenEvents === 0) await eventsFirst()
    signal.throwIfAborted()
    counts.read += rows + refused.length
    counts.rejected += refused.length
    if (refused.length > 0) await refusals.write(refused)
    if (transcript !== undefined) {
      const storing = await store(pastOf(transcript, now() * 1_000))
      if (storing === 'stored') {
        counts.conversations += 1
        counts.taken += rows
      } else if (storing === 'present') counts.present += rows
      else {
        counts.rejected += rows
        const reason = `one of its people has the name of somebody who registered (${rows} ${set.row}s)`
        const { file = '', line = 0 } = where ?? {}
        await refusals.write([{ file, line, reason, fields: [transcript.key] }])
      }
    }
    if (now() - shown >= lineEvery_ms) {
      terminal.stderr.write(`${counts.read} ${set.row}s, ${counts.conversations} conversations …\n`)
      shown = now()
    }
  }
  return counts
}

/** The reconciliation as people read it. */
export function summary(set: DataSet, counts: ImportCounts, elapsed_ms: number): string {
  const { conversations, read, taken, present, rejected } = counts
  const seconds = (elapsed_ms / 1_000).toFixed(1)
  return (
    `${set.name}: ${conversations} conversations added in ${seconds} s\n` +
    `${read} ${set.row}s read: ${taken} taken, ${present} there from before, ${rejected} rejected\n`
  )
}
