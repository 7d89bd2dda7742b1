/** The kinds of image that are taken. */
export const imageTypes = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'] as const

/** What the service takes, unless it is set otherwise. */
export const largest_bytes = 5 * 1024 * 1024

/** Why a file cannot be sent as an image, in words for people; undefined when it may. */
export function imageFault({ type, size }: { type: string; size: number }): string | undefined {
  if (!imageTypes.includes(type as (typeof imageTypes)[number]))
    return 'Choose a JPEG, PNG, WebP or GIF image.'
  if (size === 0) return 'This file is empty.'
  if (size <= largest_bytes) return undefined
  return `This image has ${(size / 1024 / 1024).toFixed(1)} MB; up to 5 MB can be sent.`
}
