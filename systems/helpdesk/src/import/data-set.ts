// What every data set looks like to the import: pieces in the order of its files, each of which accounts for some rows.

import type { Refusal } from '@plimsoll/service'

import type { Transcript } from './transcript.ts'

/** A transcript with the rows it was made of, or rows that were not taken. */
export interface Piece {
  /** Rows that are in the transcript; 0 without one. */
  readonly rows: number
  readonly transcript?: Transcript
  readonly refused: readonly Refusal[]
  /** Where the transcript begins, for messages about it. */
  readonly where?: { readonly file: string; readonly line: number }
}

/** One data set that can be imported. */
export interface DataSet {
  /** The folder's name, as people download it. */
  readonly name: string
  /** What a row is in its files. */
  readonly row: 'line' | 'row' | 'turn'
  /** Reads the files of a folder piece by piece. Throws a CommandError when they are not what they should be. */
  read(folder: string): AsyncIterable<Piece>
}

/** As long as a message may be at the front door, in characters. */
export const longestMessage = 10_000

/** Why a text cannot be a message, or undefined. */
export function whyNot(text: string): string | undefined {
  if (text.trim() === '') return 'nothing is said'
  if (text.includes('\0')) return 'has a NUL character'
  if (text.length <= longestMessage) return undefined
  const length = Array.from(text).length
  return length > longestMessage
    ? `is longer than ${longestMessage} characters: has ${length}`
    : undefined
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of bytes in UTF-8, or undefined when they are not. */
export function strictText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
