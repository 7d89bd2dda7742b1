// What the words on a command line stand for.

import { PlimsollError } from '@plimsoll/workload'

/** The one positional argument that a command takes. */
export function fileArgument(positionals: readonly string[], name: string): string {
  const [file, ...rest] = positionals
  if (file !== undefined && rest.length === 0) return file
  throw new PlimsollError({
    code: 'arguments-wrong',
    blame: 'input',
    message: `Expected one ${name}, found ${positionals.length === 0 ? 'none' : positionals.join(' ')}.`,
    hint: 'See --help of this command.',
  })
}

/** A whole number within bounds, from a flag. */
export function wholeNumber(
  text: string,
  { flag, least, most }: { flag: string; least: number; most: number },
): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN
  if (value >= least && value <= most) return value
  throw new PlimsollError({
    code: 'arguments-wrong',
    blame: 'input',
    message: `Expected ${flag} to be a whole number from ${least} to ${most}, found "${text}".`,
    hint: 'See --help of this command.',
  })
}
