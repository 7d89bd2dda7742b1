// The lines of a text file, 64 KB at a time, as the bytes they are.

import { createReadStream } from 'node:fs'
import { unusableInput } from '@plimsoll/service'

/** A longer line is no line of a text. */
const longestLine = 1_048_576

export interface Line {
  /** Counted from 1. */
  readonly number: number
  /** One character per byte, without the line end. */
  readonly bytes: string
}

/** Reads a file line by line. Throws a CommandError when a line is longer than 1 MiB. */
export async function* readLines(path: string): AsyncGenerator<Line> {
  let number = 0
  let rest = ''
  for await (const chunk of readChunks(path)) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      number += 1
      yield { number, bytes: line.endsWith('\r') ? line.slice(0, -1) : line }
    }
    if (rest.length > longestLine) {
      throw unusableInput(
        `${path} line ${number + 1} is longer than 1 MiB: is this the right file?`,
      )
    }
  }
  if (rest !== '') yield { number: number + 1, bytes: rest }
}

/** The pieces of a file, one character per byte. Throws a CommandError when it cannot be read. */
export async function* readChunks(path: string): AsyncGenerator<string> {
  try {
    for await (const chunk of createReadStream(path, { encoding: 'latin1' })) yield chunk as string
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    throw unusableInput(`${path} cannot be read (${String(cause.code)}).`, cause)
  }
}
