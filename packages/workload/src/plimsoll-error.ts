// The one error that people meet: unusable input or a broken environment. What the system under study
// does is never an error, it is an outcome.

/** Whose turn it is to act: `input` ends the command line with 3, `environment` with 4. */
export type Blame = 'input' | 'environment'

/** One thing that is wrong: where, what was expected, what was found. */
export interface Fault {
  /** File, field or flag, e.g. `experiment.ts: configurations.single.api.size`. */
  readonly where: string
  readonly problem: string
}

export interface PlimsollErrorOptions {
  readonly code: string
  readonly blame: Blame
  readonly message: string
  /** The next thing to try. */
  readonly hint: string
  /** Every fault found, when there are several. */
  readonly faults?: readonly Fault[]
  readonly cause?: unknown
}

/** Unusable input or a broken environment, with what to try next. */
export class PlimsollError extends Error {
  readonly code: string
  readonly blame: Blame
  readonly hint: string
  readonly faults: readonly Fault[]

  constructor({ code, blame, message, hint, faults = [], cause }: PlimsollErrorOptions) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'PlimsollError'
    this.code = code
    this.blame = blame
    this.hint = hint
    this.faults = faults
  }
}
