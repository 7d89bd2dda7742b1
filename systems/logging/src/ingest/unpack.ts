// Unpacks a gzip body, never into more than it may be.

import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { badRequest, Problem } from '@plimsoll/service'

const unzip = promisify(gunzip)
/** Deflate makes nothing smaller than this part of it: 258 bytes take two bits. */
const densest = 1_032

/** The most bytes that unpacking can have come to before it failed. */
export function mostUnpacked(body: Buffer, limit: number): number {
  return Math.max(body.length, Math.min(limit, body.length * densest))
}

/** Throws a 413 for more than `limit` bytes, a 400 for what is no gzip, a 415 for another encoding. */
export async function unpack(
  body: Buffer,
  { encoding, limit }: { encoding: string | undefined; limit: number },
): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return body
  if (encoding !== 'gzip') {
    throw new Problem({
      status: 415,
      title: 'Unsupported media type',
      detail: 'The only content encoding accepted is gzip.',
    })
  }
  try {
    return await unzip(body, { maxOutputLength: limit })
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new Problem({
        status: 413,
        title: 'Too large',
        detail: `Unpacked, the body is longer than ${limit} bytes.`,
      })
    }
    throw badRequest('body: expected gzip, as its content-encoding says.')
  }
}
