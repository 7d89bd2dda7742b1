// What a column of a data file holds: how it is read, and what is said when it is something else.

/** Reads one value: of a CSV file always a text, of a JSON file anything. Undefined: it is not as it says. */
export interface Column<Value> {
  /** `a whole number`. */
  readonly words: string
  readonly read: (value: unknown) => { readonly value: Value } | undefined
  /** Nothing may stand there. */
  readonly isOptional?: true
}

/** Any text but an empty one. */
export const text: Column<string> = {
  words: 'a text',
  read: (value) => (typeof value === 'string' && value !== '' ? { value } : undefined),
}

/** A number such as -1.5 or 2e3. */
export const number: Column<number> = {
  words: 'a number',
  read: (value) => found(numberOf(value)),
}

export const wholeNumber: Column<number> = {
  words: 'a whole number',
  read(value) {
    const read = numberOf(value)
    return Number.isSafeInteger(read) ? found(read) : undefined
  },
}

/** `true` or `false`, `yes` or `no`, `1` or `0`. */
export const yesNo: Column<boolean> = {
  words: 'yes or no',
  read(value) {
    const word = `${value as string | boolean}`.toLowerCase()
    if (['true', 'yes', '1'].includes(word)) return { value: true }
    return ['false', 'no', '0'].includes(word) ? { value: false } : undefined
  },
}

/** One of these words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Column<Word> {
  return {
    words: `one of ${words.join(', ')}`,
    read: (value) => found(words.find((word) => word === value)),
  }
}

/** The same, or nothing: an empty field, an absent member, null. */
export function optional<Value>(column: Column<Value>): Column<Value | undefined> {
  return {
    words: `${column.words} or nothing`,
    read: (value) => (isNothing(value) ? { value: undefined } : column.read(value)),
    isOptional: true,
  }
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function found<Value>(value: Value | undefined): { readonly value: Value } | undefined {
  return value === undefined ? undefined : { value }
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || !/^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(value))
    return undefined
  return Number(value)
}
