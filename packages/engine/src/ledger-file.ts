// Appends ledger.ndjson: what was promised to the system, before it is sent, and how that ended. Lines
// are gathered and written at least each 100 ms, one write at a time and in order.

import { open, type FileHandle } from 'node:fs/promises'
import { PlimsollError } from '@plimsoll/workload'
import type { LedgerEntry } from '@plimsoll/workload'
import type { LedgerLine } from '@plimsoll/record'

/** Where intents and outcomes go. */
export interface Ledger {
  intent(entry: LedgerEntry): void
  /** `body` is the answer's body; short JSON is kept. */
  outcome(
    entry: LedgerEntry,
    ended: {
      readonly outcome: 'ok' | 'failed' | 'unknown'
      readonly status: number
      readonly body: Buffer | null
    },
  ): void
}

/** Ignores everything: for runs that check no invariants. */
export const noLedger: Ledger = { intent() {}, outcome() {} }

const flushEvery_ms = 100
const answerAtMost = 256
const gatheredAtMost = 1_048_576

/** A ledger in a file. Disposing writes the rest and closes it. */
export class LedgerFile implements Ledger, AsyncDisposable {
  readonly #file: FileHandle
  readonly #onTrouble: (error: PlimsollError) => void
  readonly #timer: NodeJS.Timeout
  #gathered: string[] = []
  #size = 0
  #writing: Promise<void> = Promise.resolve()

  private constructor(file: FileHandle, onTrouble: (error: PlimsollError) => void) {
    this.#file = file
    this.#onTrouble = onTrouble
    this.#timer = setInterval(() => this.#flush(), flushEvery_ms)
  }

  /** Opens `path` for appending. Throws `ledger-not-writable`; so are later troubles told. */
  static async open(path: string, onTrouble: (error: PlimsollError) => void): Promise<LedgerFile> {
    try {
      return new LedgerFile(await open(path, 'a'), onTrouble)
    } catch (cause) {
      throw notWritable(cause)
    }
  }

  intent({ kind, key, about = {} }: LedgerEntry): void {
    this.#append({ entry: 'intent', kind, key, about })
  }

  outcome(
    { kind, key }: LedgerEntry,
    { outcome, status, body }: Parameters<Ledger['outcome']>[1],
  ): void {
    const answer = shortJson(body)
    const line = { entry: 'outcome', kind, key, outcome, status } as const
    this.#append(answer === undefined ? line : { ...line, answer })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    this.#flush()
    await this.#writing
    await this.#file.close()
  }

  #append(line: LedgerLine): void {
    const text = `${JSON.stringify(line)}\n`
    this.#gathered.push(text)
    this.#size += text.length
    if (this.#size > gatheredAtMost) this.#flush()
  }

  #flush(): void {
    if (this.#gathered.length === 0) return
    const text = this.#gathered.join('')
    this.#gathered = []
    this.#size = 0
    this.#writing = this.#writing.then(() => this.#write(text))
  }

  async #write(text: string): Promise<void> {
    try {
      await this.#file.appendFile(text)
    } catch (cause) {
      this.#onTrouble(notWritable(cause))
    }
  }
}

function notWritable(cause: unknown): PlimsollError {
  return new PlimsollError({
    code: 'ledger-not-writable',
    blame: 'environment',
    message: `The ledger cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'Free some disk space, or write the records to another folder.',
    cause,
  })
}

function shortJson(body: Buffer | null): unknown {
  if (body === null || body.length > answerAtMost) return undefined
  try {
    return JSON.parse(body.toString()) as unknown
  } catch {
    return undefined
  }
}
