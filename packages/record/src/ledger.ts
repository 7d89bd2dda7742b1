// What the system promised by answering ok. The engine notes an intent before it sends and the outcome after.
// Lines reach the file within a tenth of a second: a generator that is killed loses the last of them, and then
// the run is spoilt and checks nothing.

import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Scalar } from '@plimsoll/workload'

type About = Readonly<Record<string, Scalar>>
type PromiseOutcome = 'ok' | 'failed' | 'unknown' | 'dropped'

/** One line of ledger.ndjson. */
export type LedgerLine =
  | { readonly entry: 'intent'; readonly kind: string; readonly key: string; readonly about: About }
  | {
      readonly entry: 'outcome'
      readonly kind: string
      readonly key: string
      readonly outcome: PromiseOutcome
      readonly status: number
      /** The answer's JSON when it is short (up to 256 bytes), e.g. `{ review_id: 17 }`. */
      readonly answer?: unknown
    }

/** A promise with its end: what an invariant reads. An intent without an outcome is `unknown`. */
export interface Promised {
  readonly kind: string
  readonly key: string
  readonly about: About
  readonly outcome: PromiseOutcome
  readonly answer?: unknown
}

/** A promise while it is read: it may have been asked for several times under one key. */
interface Reading extends Omit<Promised, 'outcome'> {
  /** The strongest so far; null before the first. */
  outcome: PromiseOutcome | null
  answer?: unknown
  /** Intents without an outcome. */
  open: number
}

/** Weakest first: a promise that was kept once stays kept, and what may have happened stays open. */
const strength: readonly PromiseOutcome[] = ['dropped', 'failed', 'unknown', 'ok']

/** Pairs intents with outcomes. No file is an empty ledger; a last line cut off is left out. */
export async function readLedger(path: string): Promise<Promised[]> {
  const readings = new Map<string, Reading>()
  const input = createReadStream(path, 'utf8')
  try {
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      const line = parseLine(text)
      if (line === undefined) continue
      const name = `${line.kind}\n${line.key}`
      const known = readings.get(name)
      if (line.entry === 'outcome') {
        if (known !== undefined) addOutcome(known, line)
      } else if (known === undefined) {
        const { kind, key, about } = line
        readings.set(name, { kind, key, about, outcome: null, open: 1 })
      } else known.open += 1
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return [...readings.values()].map(({ open, outcome, ...rest }) => ({
    ...rest,
    outcome: outcome !== 'ok' && open > 0 ? 'unknown' : (outcome ?? 'unknown'),
  }))
}

function addOutcome(
  known: Reading,
  { outcome, answer }: { outcome: PromiseOutcome; answer?: unknown },
): void {
  known.open -= 1
  const before = known.outcome === null ? -1 : strength.indexOf(known.outcome)
  if (strength.indexOf(outcome) < before) return
  known.outcome = outcome
  if (answer !== undefined) known.answer = answer
}

function parseLine(text: string): LedgerLine | undefined {
  try {
    return JSON.parse(text) as LedgerLine
  } catch {
    return undefined
  }
}
