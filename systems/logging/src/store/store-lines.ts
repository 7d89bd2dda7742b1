// Stores lines so that one that the database refuses does not keep its neighbours out: what is refused as a whole was
// rolled back, so its halves are tried by themselves until only the guilty line is left.

import { StatementError } from '@plimsoll/service'

export interface StoreOptions {
  /** Stores all or nothing; rejects with `StatementError`. Resolves to how many were new. */
  readonly store: (lines: readonly Buffer[]) => Promise<number>
  /** Takes a line that can never be stored. When it rejects, nothing is lost: everything comes again. */
  readonly bury: (line: Buffer, reason: string) => Promise<void>
  /** Takes a line whose partition is being made: it can be stored when that is there. Rejects as `bury` does. */
  readonly postpone: (line: Buffer) => Promise<void>
}

/** What became of the lines. */
export interface LineCounts {
  readonly stored: number
  readonly buried: number
  readonly postponed: number
}

/** A line that the database refuses, and how. */
interface Guilty {
  readonly line: Buffer
  readonly error: StatementError
}

const conflictTries = 5
/** Of a check: the one that there is keeps rows out of the default partition while theirs is made. */
const checkViolation = '23514'
/** Lines of one batch that are postponed, one by one; a batch that has more of them waits as a whole. */
const mostPostponed = 100

/** Each piece holds whole lines. Rejects when the database cannot be used; what was stored by then stays. */
export async function storeLines(
  pieces: readonly Buffer[],
  { store, bury, postpone }: StoreOptions,
): Promise<LineCounts> {
  const guilty: Guilty[] = []
  const stored = await storeAll(pieces, { store, guilty })
  // Last: when the database is lost on the way, all is stored again, and must not be buried again.
  let postponed = 0
  for (const { line, error } of guilty) {
    if (error.sqlstate !== checkViolation) await bury(line, reasonOf(error))
    else {
      await postpone(line)
      postponed += 1
    }
  }
  return { stored, buried: guilty.length - postponed, postponed }
}

interface Storing {
  readonly store: StoreOptions['store']
  readonly guilty: Guilty[]
}

async function storeAll(pieces: readonly Buffer[], storing: Storing): Promise<number> {
  for (let tries = 1; ; tries++) {
    try {
      return await storing.store(pieces)
    } catch (error) {
      if (!(error instanceof StatementError)) throw error
      if (error.failure === 'refused') return await storeHalves(pieces, storing, error)
      if (error.failure !== 'conflict' || tries === conflictTries) throw error
    }
  }
}

async function storeHalves(
  pieces: readonly Buffer[],
  storing: Storing,
  error: StatementError,
): Promise<number> {
  const [first = Buffer.alloc(0)] = pieces
  const parts = pieces.length > 1 ? pieces : linesOf(first)
  if (parts.length <= 1) {
    storing.guilty.push({ line: first, error })
    if (error.sqlstate === checkViolation && storing.guilty.length > mostPostponed) {
      throw new StatementError('conflict', error.cause)
    }
    return 0
  }
  const middle = parts.length >> 1
  const before = await storeAll(parts.slice(0, middle), storing)
  return before + (await storeAll(parts.slice(middle), storing))
}

/** Lines by themselves, each with its line feed. */
export function linesOf(piece: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let start = 0; start < piece.length;) {
    const end = piece.indexOf(10, start)
    const next = end === -1 ? piece.length : end + 1
    lines.push(piece.subarray(start, next))
    start = next
  }
  return lines
}

/** Without what a queue refuses in a text: PostgreSQL may quote it from the line. */
function reasonOf({ cause, sqlstate }: StatementError): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  return `${sqlstate ?? ''} ${text}`.trim().slice(0, 256).replaceAll(/\p{C}/gu, '?')
}
