// Photos of today's phones are larger than what is worth sending.

import { largest_bytes } from './image-fault.ts'

const longestSide = 2_048
const quality = 0.85

/**
 * The image itself when it is small enough to be sent; otherwise the same as a JPEG of at most 2,048 pixels. What
 * cannot be drawn, and what moves, comes back as it is.
 */
export async function smallerImage(file: File): Promise<File> {
  if (file.size <= largest_bytes || file.type === 'image/gif') return file
  const drawn = await createImageBitmap(file).catch(() => undefined)
  if (drawn === undefined) return file
  const scale = Math.min(1, longestSide / Math.max(drawn.width, drawn.height))
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(drawn.width * scale)),
    Math.max(1, Math.round(drawn.height * scale)),
  )
  canvas.getContext('2d')?.drawImage(drawn, 0, 0, canvas.width, canvas.height)
  drawn.close()
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality })
  return new File([blob], file.name, { type: 'image/jpeg' })
}
