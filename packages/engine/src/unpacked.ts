// Bodies in gzip, deflate, brotli or zstd, unpacked when a persona reads them: what nobody reads costs nothing.

import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { headerOf } from './head-fields.ts'

/** A body may unpack to so much: a server cannot fill our memory. */
const unpackedAtMost = 64 * 1_048_576

const unpackers: Readonly<
  Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Buffer>
> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
}

/** The body as it was before it was packed. Throws when it is not what the head says, or too large. */
export function unpacked(body: Buffer, head: string): Buffer {
  if (!/\r\ncontent-encoding:/i.test(head)) return body
  const codings = (headerOf(head, 'content-encoding') ?? '').toLowerCase().split(',')
  let bytes = body
  for (const coding of codings.map((name) => name.trim()).toReversed()) {
    if (coding === '' || coding === 'identity') continue
    const unpack = unpackers[coding]
    if (unpack === undefined) {
      throw new TypeError(
        `expected a body in ${Object.keys(unpackers).join(', ')}, found ${coding}`,
      )
    }
    try {
      bytes = unpack(bytes, { maxOutputLength: unpackedAtMost })
    } catch (cause) {
      throw new TypeError(`expected a body in ${coding}: ${(cause as Error).message}`, { cause })
    }
  }
  return bytes
}
