// What the words on a command line stand for.

import { resolve } from 'node:path'
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
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new PlimsollError({
    code: 'arguments-wrong',
    blame: 'input',
    message: `Expected ${flag} to be a whole number from ${least} to ${most}, found "${text}".`,
    hint: 'See --help of this command.',
  })
}

/** records/<experiment>/<time>, the time as 2026-11-20T17-00-00. */
export function recordsPath(folder: string, experiment: string): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
  return resolve(folder, experiment, time)
}
