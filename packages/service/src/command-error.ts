// What ends a command before its time, said so that a person can act on it.

/** Unusable input (exit 3) or a broken environment (exit 4), in one sentence. */
export class CommandError extends Error {
  readonly exitCode: 3 | 4

  constructor(exitCode: 3 | 4, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'CommandError'
    this.exitCode = exitCode
  }
}

/** The input is at fault. */
export function unusableInput(message: string, cause?: unknown): CommandError {
  return new CommandError(3, message, cause)
}

/** The database or the disk is at fault. */
export function brokenEnvironment(message: string, cause?: unknown): CommandError {
  return new CommandError(4, message, cause)
}
