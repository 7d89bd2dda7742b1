// What went wrong, for a person: what was expected, what was found, where, and the next thing to try.

import { environmentError } from '@plimsoll/stores'
import { PlimsollError } from '@plimsoll/workload'
import { exitCodes } from './command.ts'

/** The text to print and the exit code. */
export function describeError(thrown: unknown, command: string): { text: string; code: number } {
  const error = fromMachine(firstOf(thrown))
  if (error instanceof PlimsollError) {
    const faults = error.faults.map(({ where, problem }) => `  ${where}: ${problem}`)
    const text = [`${error.message} [${error.code}]`, ...faults, `Next: ${error.hint}`].join('\n')
    return { text, code: error.blame === 'input' ? exitCodes.input : exitCodes.environment }
  }
  if (isUsageError(error)) {
    const text = `${error.message}\nNext: "plimsoll ${command} --help" shows what it takes.`
    return { text, code: exitCodes.input }
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    text: `This is a bug of Plimsoll, please report it with this text:\n${stack}`,
    code: exitCodes.bug,
  }
}

/** What went wrong first, when putting away failed as well. */
function firstOf(thrown: unknown): unknown {
  return thrown instanceof SuppressedError ? firstOf(thrown.suppressed) : thrown
}

/** What a file or the machine may refuse at any call, whoever made it. */
const refusals =
  'EACCES EDQUOT EEXIST EIO EISDIR EMFILE ENFILE ENOMEM ENOSPC ENOTDIR EPERM EROFS'.split(' ')

/** A full disk or a missing permission is nobody's bug. */
function fromMachine(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { code = '', syscall, path } = error as NodeJS.ErrnoException
  if (syscall === undefined || !refusals.includes(code)) return error
  return environmentError(`${path ?? 'A file'} cannot be used (${syscall})`, error)
}

/** What `parseArgs` of Node throws for flags it does not know. */
function isUsageError(error: unknown): error is Error {
  const code = (error as { code?: string }).code ?? ''
  return error instanceof Error && code.startsWith('ERR_PARSE_ARGS')
}
