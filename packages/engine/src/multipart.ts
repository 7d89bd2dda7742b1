// A form with files as `multipart/form-data` bytes (RFC 7578).

import type { MultipartFile } from '@plimsoll/workload'

export interface Form {
  readonly contentType: string
  readonly bytes: Buffer
}

const edge = 'plimsoll-form-boundary'

/** The same bytes for the same parts: the boundary grows only where a part contains it. */
export function formOf(parts: Readonly<Record<string, string | MultipartFile>>): Form {
  const bodies = Object.entries(parts).map(([name, part]) => ({
    head: headOf(name, part),
    body: bytesOf(part),
  }))
  let boundary = edge
  while (bodies.some(({ body }) => body.includes(boundary))) boundary += '-'
  const pieces: Uint8Array[] = []
  for (const { head, body } of bodies) {
    pieces.push(Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`), body, Buffer.from('\r\n'))
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`))
  return { contentType: `multipart/form-data; boundary=${boundary}`, bytes: Buffer.concat(pieces) }
}

function headOf(name: string, part: string | MultipartFile): string {
  const field = `Content-Disposition: form-data; name="${quoted(name)}"`
  if (typeof part === 'string') return field
  if (!/^[\x20-\x7e]+$/.test(part.type)) {
    throw new TypeError(
      `multipart.${name}.type: expected a media type, found ${JSON.stringify(part.type)}`,
    )
  }
  return `${field}; filename="${quoted(part.file)}"\r\nContent-Type: ${part.type}`
}

function bytesOf(part: string | MultipartFile): Buffer {
  return Buffer.from(typeof part === 'string' ? part : part.bytes)
}

/** As browsers do: a quote or a line break must not end the name. */
function quoted(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
