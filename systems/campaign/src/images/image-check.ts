// Whether bytes are an image that may be shown to others: what it is by its content and by nothing it calls itself, whole,
// and without anything that a browser could take for a page. Decoding is work, so only so much of it goes on at once.

import { badRequest, Turnstile } from '@plimsoll/service'

import { partsOf } from './image-parts.ts'

/** The kinds that are taken, by the ending of their keys. */
export const imageTypes = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
} as const

export type ImageEnding = keyof typeof imageTypes

/** 50 megapixels: more than a camera of a phone makes, and 200 MB when it is decoded. */
const mostPixels = 50_000_000
const mostFrames = 1_000
/** Passwords take at most two of the four threads of the pool; files and names of hosts need one. */
const decodedAtOnce = 1
const waitingMost = 64
const waitingLongest_ms = 5_000
/** No photo says this beside its pixels, or has it close behind its end. */
const markup = /<(script|html|svg|iframe|object|embed|body|!doctype|!entity|\?php)/i

const closeBehind_bytes = 4_096

const beginnings: Readonly<Record<ImageEnding, (head: string) => boolean>> = {
  jpg: (head) => head.startsWith('\xff\xd8\xff'),
  png: (head) => head.startsWith('\x89PNG\r\n\x1a\n'),
  webp: (head) => head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP',
  gif: (head) => head.startsWith('GIF87a') || head.startsWith('GIF89a'),
}

/** An image that may be kept. */
export interface CheckedImage {
  readonly ending: ImageEnding
  /** Up to its end: whatever was hung on to it, an archive or a film, is left away. */
  readonly bytes: Uint8Array
}

/** Looks at images. */
export class ImageCheck {
  readonly #turnstile = new Turnstile({
    concurrency: decodedAtOnce,
    queueLimit: waitingMost,
    queueTimeout: waitingLongest_ms,
  })

  /** The image in these bytes. Rejects with a 400 that says why it is not taken, with a 503 when too many wait. */
  async imageIn(bytes: Uint8Array): Promise<CheckedImage> {
    const ending = endingOf(bytes)
    const parts = partsOf(ending, bytes)
    if (parts === undefined) {
      throw badRequest('image: it is corrupt: it is not built as an image of its kind.')
    }
    const { length, written } = parts
    const behind = bytes.subarray(length, length + closeBehind_bytes)
    if ([...written, behind].some((part) => markup.test(Buffer.from(part).toString('latin1')))) {
      throw badRequest('image: it contains markup or a script, as no photo does.')
    }
    const image = bytes.subarray(0, length)
    await this.#turnstile.run(() => decode(image))
    return { ending, bytes: image }
  }
}

function endingOf(bytes: Uint8Array): ImageEnding {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  for (const ending of ['jpg', 'png', 'webp', 'gif'] as const) {
    if (beginnings[ending](head)) return ending
  }
  const what = /^\s*</.test(head) ? 'markup, such as SVG or HTML' : 'something else'
  throw badRequest(`image: expected a JPEG, PNG, WebP or GIF by its content, found ${what}.`)
}

/** Throws a 400 unless all of its first frame can be decoded. */
async function decode(bytes: Uint8Array): Promise<void> {
  // Loaded with the first image: an instance that has just started has more urgent things to do.
  const { default: sharp } = await import('sharp')
  // What is decoded is looked at once.
  sharp.cache(false)
  sharp.concurrency(1)
  try {
    const image = sharp(bytes, {
      failOn: 'error',
      limitInputPixels: mostPixels,
      sequentialRead: true,
    })
    const { pages = 1 } = await image.metadata()
    if (pages > mostFrames) throw new Error(`more than ${mostFrames} frames`)
    // Every pixel is read for it, and none is kept.
    await image.stats()
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : 'unknown'
    throw badRequest(`image: it is corrupt or too large to be decoded (${why}).`)
  }
}
