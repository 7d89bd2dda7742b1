// What every command of the command line is made of.

import type { WriteStream } from 'node:tty'

/** Where a command writes: answers to stdout, so that they can be piped, progress and errors to stderr. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>
  readonly stderr: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>
}

export interface CommandInput {
  readonly args: readonly string[]
  readonly streams: Streams
  /** Aborted by Ctrl-C or SIGTERM: put everything away and return. */
  readonly signal: AbortSignal
}

/** One file per command. `run` returns the exit code. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string
  /** The whole help: usage, what it does, flags, examples. */
  readonly help: string
  run(input: CommandInput): Promise<number>
}

export const exitCodes = {
  holds: 0,
  fails: 1,
  inconclusive: 2,
  input: 3,
  environment: 4,
  bug: 5,
  interrupted: 130,
} as const
