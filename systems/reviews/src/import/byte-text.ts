// An import carries text as one character per byte, so that what is not UTF-8 passes untouched. What a person
// writes (a map) goes into that form, and what a person reads comes out of it.

/** UTF-8, one character per byte. */
export function toBytes(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** The text that the bytes stand for; bytes that are not UTF-8 become replacement characters. */
export function fromBytes(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString()
}
