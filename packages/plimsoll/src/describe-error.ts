// What went wrong, for a person: what was expected, what was found, where, and the next thing to try.

import { PlimsollError } from '@plimsoll/workload'
import { exitCodes } from './command.ts'

/** The text to print and the exit code. */
export function describeError(error: unknown, command: string): { text: string; code: number } {
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

/** What `parseArgs` of Node throws for flags it does not know. */
function isUsageError(error: unknown): error is Error {
  const code = (error as { code?: string }).code ?? ''
  return error instanceof Error && code.startsWith('ERR_PARSE_ARGS')
}
