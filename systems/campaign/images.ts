// Images that people send along: those of the data set `images` where PLIMSOLL_DATA names data sets, else our own. In both
// one is corrupt, and one is active content: the campaign refuses them.

import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

const sample = join(import.meta.dirname, '../../examples/data/campaign')
const types: Readonly<Record<string, string>> = {
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
}
const corrupt = new Set(['corrupt.png', 'elastic-nhl-against.png'])

/** A file of a form. */
export interface ImageFile {
  readonly file: string
  /** Its media type. */
  readonly type: string
  readonly bytes: Uint8Array
}

/** Images to be sent. */
export interface Images {
  readonly taken: readonly ImageFile[]
  readonly refused: readonly ImageFile[]
}

/** All images of a folder of data sets, or of our own. */
export function readImages(folder: string | undefined): Images {
  const from = join(folder ?? sample, 'images')
  const images = readdirSync(from)
    .toSorted()
    .flatMap((file): ImageFile[] => {
      const type = types[extname(file)]
      return type === undefined ? [] : [{ file, type, bytes: readFileSync(join(from, file)) }]
    })
  const isRefused = ({ file, type }: ImageFile) => corrupt.has(file) || type === 'image/svg+xml'
  return {
    taken: images.filter((image) => !isRefused(image)),
    refused: images.filter(isRefused),
  }
}
