// A chunk: the lines of many records as one message of the queue. Lines compress to a seventh, and what is not
// sent is not parsed, hashed, copied or written by anybody on the way.
//
//   1 <rows> <received at, ms> <base64 of zstd of the lines>
//
// The received time is that of the oldest record. Anything else in a message is no chunk of this version.

import { zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib'

/** What a message carries. */
export interface Chunk {
  readonly lines: Buffer
  readonly rows: number
  /** When the oldest record was received, in milliseconds since 1970. */
  readonly receivedAt: number
}

const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
/** Bytes of lines that are read from one chunk: a record may be a megabyte, and a chunk may hold that and little else. */
export const mostLines = 8_388_608
const form = /^1 (\d{1,7}) (\d{1,15}) /

/** The body of the message. */
export function encodeChunk(lines: Buffer, about: { rows: number; receivedAt: number }): string {
  const packed = zstdCompressSync(lines, fast)
  return `1 ${about.rows} ${about.receivedAt} ${packed.toString('base64')}`
}

/** The chunk, or undefined when the body is none. */
export function decodeChunk(body: string): Chunk | undefined {
  const [head = '', rows, receivedAt] = form.exec(body.slice(0, 32)) ?? []
  if (rows === undefined) return undefined
  try {
    const packed = Buffer.from(body.slice(head.length), 'base64')
    const lines = zstdDecompressSync(packed, { maxOutputLength: mostLines })
    return { lines, rows: Number(rows), receivedAt: Number(receivedAt) }
  } catch {
    return undefined
  }
}
