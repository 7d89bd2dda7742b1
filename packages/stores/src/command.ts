// Runs a short command to its end: initdb, cp. Long-lived servers are not started here.

import { spawn } from 'node:child_process'
import type { Account } from './database-user.ts'

export interface CommandOptions {
  readonly as?: Account | null
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

export interface CommandEnd {
  /** Null: it could not be started, or a signal ended it. */
  readonly code: number | null
  readonly output: string
}

/** Runs `program` and resolves with its exit code and everything it said, never rejects. */
export function runCommand(
  program: string,
  args: readonly string[],
  { as = null, cwd, env = {} }: CommandOptions = {},
): Promise<CommandEnd> {
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(program, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], LC_ALL: 'C', ...env },
      ...as,
    })
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', (error) => resolve({ code: null, output: `${output}${error.message}` }))
    child.on('close', (code) => resolve({ code, output }))
  })
}
