// Where an image ends, and what in it is not pixels: as the structure of its format says, without decoding. Pixels are
// compressed, so a few bytes of them can look like anything; what else there is, somebody wrote.

import type { ImageEnding } from './image-check.ts'

export interface ImageParts {
  /** Bytes of the image: what follows belongs to something else. */
  readonly length: number
  /** All that is not pixels. */
  readonly written: readonly Uint8Array[]
}

/** The parts of an image of this kind; undefined when it is not built as its kind is. */
export function partsOf(ending: ImageEnding, bytes: Uint8Array): ImageParts | undefined {
  try {
    return walks[ending](Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  } catch (error) {
    // A length led out of it, or there was no end to it.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Of an image of a thousand frames there are a few thousand; more are there to keep us busy. */
const mostParts = 10_000

const walks: Readonly<Record<ImageEnding, (bytes: Buffer) => ImageParts | undefined>> = {
  jpg: jpegParts,
  png: pngParts,
  webp: webpParts,
  gif: gifParts,
}

/** Segments of FF, a marker and a length; after that of a scan its pixels, up to the next marker. */
function jpegParts(bytes: Buffer): ImageParts | undefined {
  const written: Uint8Array[] = []
  let at = 2
  while (bytes.readUInt8(at) === 0xff) {
    const marker = bytes.readUInt8(at + 1)
    if (marker === 0xd9) return { length: at + 2, written }
    if (marker === 0xff) {
      at += 1
      continue
    }
    const next = at + 2 + bytes.readUInt16BE(at + 2)
    add(written, bytes.subarray(at, next))
    at = marker === 0xda ? afterScan(bytes, next) : next
  }
  return undefined
}

/** An FF among pixels is followed by 0, or by a marker that only says where decoding may begin anew. */
function afterScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const marker = bytes.readUInt8(at + 1)
    if (marker !== 0 && (marker < 0xd0 || marker > 0xd7)) return at
  }
  throw new RangeError('no marker')
}

/** Chunks of a length, a name, bytes and a checksum. */
function pngParts(bytes: Buffer): ImageParts | undefined {
  const written: Uint8Array[] = []
  for (let at = 8; ;) {
    const name = bytes.toString('latin1', at + 4, at + 8)
    const next = at + 12 + bytes.readUInt32BE(at)
    if (name !== 'IDAT' && name !== 'fdAT') add(written, bytes.subarray(at, next))
    if (name === 'IEND') return whole(bytes, next, written)
    at = next
  }
}

const webpPixels = new Set(['VP8 ', 'VP8L', 'ALPH', 'ANMF'])

/** The length of all, then chunks of a name, a length and an even number of bytes. */
function webpParts(bytes: Buffer): ImageParts | undefined {
  const written: Uint8Array[] = []
  const even = (length: number) => length + (length % 2)
  const end = 8 + even(bytes.readUInt32LE(4))
  for (let at = 12; at < end;) {
    const next = at + 8 + even(bytes.readUInt32LE(at + 4))
    const name = bytes.toString('latin1', at, at + 4)
    if (!webpPixels.has(name)) add(written, bytes.subarray(at, Math.min(next, end)))
    at = next
  }
  return whole(bytes, end, written)
}

/** A head, then blocks that begin with what they are and go on in pieces of up to 255 bytes, until an empty one. */
function gifParts(bytes: Buffer): ImageParts | undefined {
  let at = 13 + colours(bytes.readUInt8(10))
  const written: Uint8Array[] = [bytes.subarray(0, at)]
  for (;;) {
    const kind = bytes.readUInt8(at)
    if (kind === 0x3b) return { length: at + 1, written }
    if (kind !== 0x21 && kind !== 0x2c) return undefined
    const pieces = kind === 0x21 ? at + 2 : at + 11 + colours(bytes.readUInt8(at + 9))
    const next = afterPieces(bytes, pieces)
    add(written, bytes.subarray(at, kind === 0x21 ? next : pieces))
    at = next
  }
}

/** Bytes of a table of colours. */
function colours(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1)
}

function afterPieces(bytes: Buffer, from: number): number {
  let at = from
  for (let length = bytes.readUInt8(at); length > 0; length = bytes.readUInt8(at)) at += 1 + length
  return at + 1
}

function add(written: Uint8Array[], part: Uint8Array): void {
  if (written.length === mostParts) throw new RangeError('too many parts')
  written.push(part)
}

function whole(
  bytes: Buffer,
  length: number,
  written: readonly Uint8Array[],
): ImageParts | undefined {
  return length <= bytes.length ? { length, written } : undefined
}
