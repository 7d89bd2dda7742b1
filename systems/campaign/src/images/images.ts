// Images of check-ins: looked at, kept under a key of our own, and taken away again when the check-in was not stored.

import { randomBytes } from 'node:crypto'
import type { HttpApp } from '@plimsoll/service'

import { OneId } from '../http/ids.ts'
import { notFound } from '../http/refusals.ts'
import { ImageCheck, imageTypes, type ImageEnding } from './image-check.ts'
import type { ImageStore } from './image-store.ts'

const keyForm = /^[0-9a-f]{32}\.(jpg|png|webp|gif)$/
const year_s = 31_536_000
/** Nothing in an image may run or be loaded, whatever a browser takes it for. */
const policy = "default-src 'none'; sandbox; frame-ancestors 'none'"

/** The images of this instance. */
export class Images {
  readonly #store: ImageStore
  readonly #check = new ImageCheck()

  constructor(store: ImageStore) {
    this.#store = store
  }

  /** Resolves to the key of an image that may be shown. Rejects with a 400 that says why not. */
  async keep(bytes: Uint8Array): Promise<string> {
    const ending = await this.#check.kindOf(bytes)
    const key = `${randomBytes(16).toString('hex')}.${ending}`
    await this.#store.put(key, bytes, imageTypes[ending])
    return key
  }

  /** Never rejects. */
  remove(key: string): Promise<void> {
    return this.#store.remove(key)
  }

  /** The bytes under a key and what they are; undefined when there are none. */
  async read(key: string): Promise<{ bytes: Uint8Array; type: string } | undefined> {
    const [, ending] = keyForm.exec(key) ?? []
    if (ending === undefined) return undefined
    const bytes = await this.#store.get(key)
    return bytes === undefined ? undefined : { bytes, type: imageTypes[ending as ImageEnding] }
  }
}

/** Where an image is read. */
export function imagePath(key: string): string {
  return `/api/post/images/${key}`
}

/** Adds the route. */
export function addImageRoute(app: HttpApp, images: Images): void {
  const schema = { summary: 'The image of a post', params: OneId }
  const route = { config: { open: true }, schema }
  app.get(imagePath(':id'), route, async ({ params }, reply) => {
    const image = await images.read(params.id)
    if (image === undefined) throw notFound('There is no image of this name.')
    return await reply
      .header('content-type', image.type)
      .header('content-security-policy', policy)
      .header('cross-origin-resource-policy', 'same-site')
      .header('cache-control', `public, max-age=${year_s}, immutable`)
      .send(Buffer.from(image.bytes))
  })
}
