// Images of check-ins: looked at, kept under a key of our own, and taken away again when the check-in was not stored.

import { randomBytes } from 'node:crypto'
import type { HttpApp } from '@plimsoll/service'

import { OneId } from '../http/ids.ts'
import { notFound, tooLarge } from '../http/refusals.ts'
import { ImageCheck, imageTypes, type ImageEnding } from './image-check.ts'
import type { ImageStore, StoredImage } from './image-store.ts'

const keyForm = /^[0-9a-f]{32}\.(jpg|png|webp|gif)$/
const year_s = 31_536_000
/** Nothing in an image may run or be loaded, whatever a browser takes it for. */
const policy = "default-src 'none'; sandbox; frame-ancestors 'none'"

/** The images of this instance. */
export class Images {
  readonly #store: ImageStore
  readonly #check = new ImageCheck()
  readonly #largest_bytes: number

  constructor(store: ImageStore, { largest_bytes }: { largest_bytes: number }) {
    this.#store = store
    this.#largest_bytes = largest_bytes
  }

  /** Resolves to the key of an image that may be shown. Rejects with a 400 or a 413 that says why not. */
  async keep(given: Uint8Array): Promise<string> {
    const largest = this.#largest_bytes
    if (given.length > largest) throw tooLarge(`image: expected at most ${largest} bytes.`)
    const { ending, bytes } = await this.#check.imageIn(given)
    const key = `${randomBytes(16).toString('hex')}.${ending}`
    await this.#store.put(key, bytes, imageTypes[ending])
    return key
  }

  /** Never rejects. */
  remove(key: string): Promise<void> {
    return this.#store.remove(key)
  }

  /** What is under a key and what it is; undefined when there is nothing. */
  async read(key: string): Promise<(StoredImage & { type: string }) | undefined> {
    const [, ending] = keyForm.exec(key) ?? []
    if (ending === undefined) return undefined
    const stored = await this.#store.get(key)
    return stored === undefined ? undefined : { ...stored, type: imageTypes[ending as ImageEnding] }
  }
}

/** Where an image is read. */
export function imagePath(key: string): string {
  return `/api/post/images/${key}`
}

/** Adds the route; a client that takes nothing of an image for `silence_ms` is cut off. */
export function addImageRoute(
  app: HttpApp,
  { images, silence_ms }: { images: Images; silence_ms: number },
): void {
  const schema = { summary: 'The image of a post', params: OneId }
  const route = { config: { open: true }, schema }
  app.get(imagePath(':id'), route, async ({ params }, reply) => {
    const image = await images.read(params.id)
    if (image === undefined) throw notFound('There is no image of this name.')
    reply.raw.socket?.setTimeout(silence_ms)
    return await reply
      .header('content-type', image.type)
      .header('content-length', image.length)
      .header('content-security-policy', policy)
      .header('cross-origin-resource-policy', 'same-site')
      .header('cache-control', `public, max-age=${year_s}, immutable`)
      .send(image.content)
  })
}
