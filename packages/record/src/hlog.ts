// Histograms as HdrHistogram log text (.hlog): one line per interval and tag, readable by the tools of that
// family. Times are seconds since the load began; the largest value in the line is in milliseconds.

import { deflateSync, inflateSync } from 'node:zlib'
import { Histogram } from '@plimsoll/statistics'

const compressedCookie = 0x1c849304 | 0x10

/** One interval: `tag` names what was measured, e.g. `GET /reviews|response_time`. */
export interface TaggedHistogram {
  readonly tag: string
  readonly from_second: number
  readonly lasts_seconds: number
  readonly histogram: Histogram
}

export const hlogHeader =
  '#[Histogram log format version 1.3]\n' +
  '#[Histograms are in microseconds; Interval_Max is in milliseconds]\n' +
  '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"\n'

/** Commas and line breaks cannot stand in a tag and become spaces. */
export function safeTag(tag: string): string {
  return tag.replaceAll(/[,\r\n]/g, ' ')
}

/** One line of the log. */
export function hlogLine({ tag, from_second, lasts_seconds, histogram }: TaggedHistogram): string {
  const max = (histogram.max_us / 1_000).toFixed(3)
  return `Tag=${safeTag(tag)},${from_second.toFixed(3)},${lasts_seconds.toFixed(3)},${max},${compressed(histogram)}\n`
}

/** Reads what `hlogLine` wrote; other tools' lines with tags are understood too. A last line cut off is left out. */
export function readHlog(text: string): TaggedHistogram[] {
  const found: TaggedHistogram[] = []
  for (const line of text.split('\n').slice(0, -1)) {
    const match = /^Tag=([^,]*),([\d.]+),([\d.]+),[\d.]+,(\S+)$/.exec(line)
    if (match === null) continue
    const [, tag = '', from = '0', lasts = '0', data = ''] = match
    found.push({
      tag,
      from_second: Number(from),
      lasts_seconds: Number(lasts),
      histogram: decompressed(data),
    })
  }
  return found
}

function compressed(histogram: Histogram): string {
  const body = deflateSync(histogram.encode())
  const head = Buffer.alloc(8)
  head.writeInt32BE(compressedCookie, 0)
  head.writeInt32BE(body.length, 4)
  return Buffer.concat([head, body]).toString('base64')
}

function decompressed(base64: string): Histogram {
  const bytes = Buffer.from(base64, 'base64')
  const length = bytes.readInt32BE(4)
  return Histogram.decode(inflateSync(bytes.subarray(8, 8 + length)))
}
