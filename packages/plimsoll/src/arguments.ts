// What the words on a command line stand for.

import { PlimsollError } from '@plimsoll/workload'

/** The one positional argument that a command takes. */
export function fileArgument(positionals: readonly string[], name: string): string {
  return fileArguments(positionals, [name])[0]
}

/** All positional arguments that a command takes. */
export function fileArguments<const Names extends readonly string[]>(
  positionals: readonly string[],
  names: Names,
): { [Name in keyof Names]: string } {
  if (positionals.length === names.length)
    return [...positionals] as { [Name in keyof Names]: string }
  const expected = names.length === 1 ? `one ${names[0]}` : names.join(' and ')
  throw new PlimsollError({
    code: 'arguments-wrong',
    blame: 'input',
    message: `Expected ${expected}, found ${positionals.length === 0 ? 'none' : positionals.join(' ')}.`,
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
