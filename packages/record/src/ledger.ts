// What the system promised by answering ok. The engine writes an intent before it sends and the outcome
// after, so a promise can never be forgotten by a crash of the generator.

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

/** Pairs intents with outcomes. No file is an empty ledger; a last line cut off is left out. */
export async function readLedger(path: string): Promise<Promised[]> {
  const promised = new Map<string, Promised>()
  const input = createReadStream(path, 'utf8')
  try {
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      const line = parseLine(text)
      if (line === undefined) continue
      const name = `${line.kind}\n${line.key}`
      if (line.entry === 'intent') {
        const { kind, key, about } = line
        promised.set(name, { kind, key, about, outcome: 'unknown' })
        continue
      }
      const intent = promised.get(name)
      if (intent === undefined) continue
      const { outcome, answer } = line
      promised.set(name, { ...intent, outcome, ...(answer === undefined ? {} : { answer }) })
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return [...promised.values()]
}

function parseLine(text: string): LedgerLine | undefined {
  try {
    return JSON.parse(text) as LedgerLine
  } catch {
    return undefined
  }
}
