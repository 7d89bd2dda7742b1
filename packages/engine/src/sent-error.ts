// Errors between processes: only data travels, and the kind of error must survive the journey.

import { PlimsollError } from '@plimsoll/workload'
import type { SentError } from './messages.ts'

/** An error as data. What is not a `PlimsollError` has no blame: it is a bug of ours or of a module. */
export function toSent(thrown: unknown): SentError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  if (isPlimsollError(error)) {
    const { code, blame, message, hint, faults } = error
    return { code, blame, message, hint, faults }
  }
  return {
    code: 'engine-bug',
    blame: null,
    message: error.stack ?? error.message,
    hint: '',
    faults: [],
  }
}

/** The error again. */
export function fromSent({ code, blame, message, hint, faults }: SentError): Error {
  if (blame === null) return new Error(message)
  return new PlimsollError({ code, blame, message, hint, faults })
}

/** By its name, because the workload's module may bring its own copy of the class. */
function isPlimsollError(error: Error): error is PlimsollError {
  return error.name === 'PlimsollError' && 'blame' in error && 'code' in error
}
