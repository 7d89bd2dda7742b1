// The file of rejected rows: file, line, reason, and the row itself, as CSV, in the bytes it came in.

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { brokenEnvironment } from './command-error.ts'

/** A row that was not taken; its reason and fields are one character per byte, as its file holds them. */
export interface Refusal {
  readonly file: string
  readonly line: number
  readonly reason: string
  readonly fields: readonly string[]
}

/** Takes refused rows. */
export interface Refusals {
  /** Resolves when there is room for more. */
  write(refusals: readonly Refusal[]): Promise<void>
  /** Resolves when all of them are in their place. */
  end(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Writes refused rows to `path`, replacing what an earlier import wrote there. */
export async function refusalFile(path: string): Promise<Refusals> {
  const stream = createWriteStream(path, { encoding: 'latin1' })
  const failed = (cause: unknown) =>
    brokenEnvironment(`Cannot write the rejected rows to ${path} (${String(cause)}).`, cause)
  let failure: unknown
  stream.on('error', (error) => {
    failure = error
  })
  await once(stream, 'open').catch((cause: unknown) => {
    throw failed(cause)
  })
  stream.write('file,line,reason,row\n')
  return {
    async write(refusals) {
      const text = refusals.map(csvLine).join('')
      if (!stream.write(text, 'latin1') && failure === undefined) {
        await once(stream, 'drain').catch(() => undefined)
      }
      if (failure !== undefined) throw failed(failure)
    },
    async end() {
      stream.end()
      await finished(stream).catch((cause: unknown) => {
        throw failed(cause)
      })
    },
    async [Symbol.asyncDispose]() {
      stream.end()
      await finished(stream).catch(() => undefined)
    },
  }
}

function csvLine({ file, line, reason, fields }: Refusal): string {
  const name = Buffer.from(file).toString('latin1')
  return `${quoted(name)},${line},${quoted(reason)},${quoted(fields.join(','))}\n`
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
