// Turns what the system said (an errno, a line of a log) into the one sentence that people need.

import { PlimsollError } from '@plimsoll/workload'

interface Cause {
  readonly code: string
  readonly pattern: RegExp
  readonly words: string
  readonly hint: string
}

const known: readonly Cause[] = [
  {
    code: 'disk-full',
    pattern: /ENOSPC|EDQUOT|no space left on device|quota exceeded/i,
    words: 'there is no space left on the disk',
    hint: 'Free some space, or remove the cache folder of Plimsoll, and try again.',
  },
  {
    code: 'port-in-use',
    pattern: /EADDRINUSE|address already in use/i,
    words: 'the port is in use by another program',
    hint: 'Choose another port, or end the program that holds it.',
  },
  {
    code: 'no-permission',
    pattern: /EACCES|EPERM|EROFS|permission denied|operation not permitted|read-only file system/i,
    words: 'there is no permission',
    hint: 'Check who owns the folder named above, or choose one that this user may write.',
  },
]

export interface EnvironmentErrorDetail {
  /** Code and hint for a cause that is not one of the known ones. */
  readonly code?: string
  readonly hint?: string
  /** Last lines of a log, shown below the sentence. */
  readonly log?: string
}

/** A `PlimsollError` of the environment: `what` and why, told from errno or log (English). */
export function environmentError(
  what: string,
  cause: unknown,
  { code = 'environment', hint = 'See the message above.', log = '' }: EnvironmentErrorDetail = {},
): PlimsollError {
  const said = cause instanceof Error ? cause.message : typeof cause === 'string' ? cause : ''
  const found = known.find(({ pattern }) => pattern.test(`${said}\n${log}`))
  const why = found?.words ?? firstLine(said)
  const tail = log === '' ? '' : `\n${indent(log)}`
  return new PlimsollError({
    code: found?.code ?? code,
    blame: 'environment',
    message: `${what}${why === '' ? '' : `: ${why}`}.${tail}`,
    hint: found?.hint ?? hint,
    cause,
  })
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').trim().replace(/\.$/, '')
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}
