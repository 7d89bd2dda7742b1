// Runs one command that works on a database at a terminal: its exit code, what it says when it
// fails, and Ctrl-C. Failures of the database are told apart by PostgreSQL's codes.

import { CommandError } from './command-error.ts'
import type { EventEmitter } from 'node:events'

/** Where a command runs. `process` fits. */
export interface Terminal extends Pick<EventEmitter, 'once' | 'off'> {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean }
}

/** A failure that a person can act on. */
interface Explanation {
  readonly exitCode: number
  readonly message: string
}

const interrupts = ['SIGINT', 'SIGTERM'] as const
const byCode: Readonly<Record<string, string>> = {
  '55P03':
    'The tables stayed in use for 10 s by somebody else, such as another import. Try again later.',
  '40P01': 'Somebody else used the same tables in the same moment. Run it again.',
  '25006': 'The database takes no writes: it is a replica, or made read-only.',
  '22P05': 'The database cannot hold every character: make one with the encoding UTF8.',
  '57014': 'The statement took longer than it may.',
  '53300':
    'The database has no connection left: too many are open. Close some, or raise max_connections.',
  '53100': 'The disk of the database is full.',
  '28P01': 'The database refused the password in DATABASE_URL.',
  '3D000': 'The database that DATABASE_URL names does not exist.',
  '42501': 'The user in DATABASE_URL may not do this.',
  ENOSPC: 'The disk is full.',
  EACCES: 'This file or folder may not be used by this user.',
}

/** One command. */
export interface CommandBody {
  /** The program that the command belongs to; its `migrate` makes the tables. */
  readonly program: string
  /** What became of its work when it ends early, in a sentence. */
  readonly unfinished: string
  readonly body: (signal: AbortSignal) => Promise<number>
}

/**
 * Runs `body` and resolves to its exit code. The signal is aborted by Ctrl-C and SIGTERM. What it throws
 * is said on stderr in one sentence: exit code 3 for unusable input, 4 for a broken environment, 130 when
 * interrupted. Anything else is our bug and is thrown on.
 */
export async function runCommand(
  terminal: Terminal,
  { program, unfinished, body }: CommandBody,
): Promise<number> {
  const controller = new AbortController()
  const stop = () => controller.abort()
  for (const name of interrupts) terminal.once(name, stop)
  try {
    return await body(controller.signal)
  } catch (error) {
    // A command that knows better what became of it says so itself.
    if (controller.signal.aborted && !(error instanceof CommandError)) {
      terminal.stderr.write(`\nInterrupted. ${unfinished}\n`)
      return 130
    }
    const { message, exitCode } = explain(error, program)
    const isKnown = error instanceof CommandError || exitCode === 3
    terminal.stderr.write(`\n${message}${isKnown ? '' : ` ${unfinished}`}\n`)
    return exitCode
  } finally {
    for (const name of interrupts) terminal.off(name, stop)
  }
}

function explain(error: unknown, program: string): Explanation {
  if (error instanceof CommandError) return { exitCode: error.exitCode, message: error.message }
  if (!(error instanceof Error)) throw error
  const errorCode = 'code' in error ? String(error.code) : ''
  if (errorCode.startsWith('ERR_PARSE_ARGS')) return { exitCode: 3, message: error.message }
  const known =
    errorCode === '42P01'
      ? `The database has no tables for ${program} yet. Run "${program} migrate" first.`
      : byCode[errorCode]
  if (known !== undefined) return { exitCode: 4, message: `${known} (${error.message})` }
  if (isLostConnection(errorCode, error.message)) {
    return { exitCode: 4, message: `The connection to the database was lost: ${told(error)}.` }
  }
  throw error
}

/** An address that several were tried of says nothing itself. */
function told(error: Error): string {
  const [first] = error instanceof AggregateError ? (error.errors as readonly Error[]) : []
  return error.message || (first?.message ?? error.name)
}

function isLostConnection(code: string, message: string): boolean {
  return (
    /^(08|57P0)/.test(code) ||
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT'].includes(code) ||
    /connection (terminated|error|timeout)|not queryable|timeout expired/i.test(message)
  )
}
