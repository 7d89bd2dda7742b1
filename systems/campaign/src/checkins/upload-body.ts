// The body of a check-in: JSON, a form, or a multipart form with an image. A body is read whole before it is taken
// apart, so its limit is the limit of its memory; Node's own parser takes it apart. What a file calls itself, its
// name and its type, is not looked at.

import { badRequest } from '@plimsoll/service'

/** What a check-in was sent with; nothing of it has been checked. */
export interface UploadBody {
  readonly content?: unknown
  readonly nonce?: unknown
  readonly image?: unknown
}

/** A check-in has two, and whoever sends more is believed to mean no harm up to here. */
const mostFields = 16
/** Each part of a multipart form has this header. */
const partHeader = '\r\nContent-Disposition: form-data'

/** `content=…&nonce=…`. */
export function formBody(text: string): UploadBody {
  if (text.split('&', mostFields + 1).length > mostFields) throw tooMany()
  return fieldsOf([...new URLSearchParams(text)])
}

/** A multipart form; throws a 400 for what is none. */
export async function multipartBody(body: Buffer, contentType: string): Promise<UploadBody> {
  let headers = 0
  for (let at = 0; (at = body.indexOf(partHeader, at)) !== -1; at += partHeader.length) {
    // Whatever a file holds: a few of these in it do no harm.
    if (++headers > 2 * mostFields) throw tooMany()
  }
  let fields: [string, string | File][]
  try {
    const parsed = await new Response(new Uint8Array(body), {
      headers: { 'content-type': contentType },
    }).formData()
    fields = [...parsed]
  } catch {
    throw badRequest('The body is no multipart form as its content type says.')
  }
  const texts: [string, string][] = []
  let image: Uint8Array | undefined
  for (const [name, value] of fields) {
    if (typeof value === 'string') texts.push([name, value])
    else if (name !== 'image') throw badRequest('A file has the name "image".')
    else if (image !== undefined) throw badRequest('A check-in has one image.')
    else image = new Uint8Array(await value.arrayBuffer())
  }
  // A form whose file was left empty sends a file without a byte.
  const hasImage = image !== undefined && image.length > 0
  return { ...fieldsOf(texts), ...(hasImage ? { image: image as Uint8Array } : {}) }
}

const tooMany = () => badRequest(`A check-in has at most ${mostFields} fields.`)

function fieldsOf(fields: readonly [string, string][]): UploadBody {
  if (fields.length > mostFields) throw tooMany()
  if (new Set(fields.map(([name]) => name)).size < fields.length) {
    throw badRequest('A field is given once.')
  }
  const { content, nonce } = Object.fromEntries(fields)
  return {
    ...(content === undefined ? {} : { content }),
    // A form whose field was left empty sends it empty.
    ...(nonce === undefined || nonce === '' ? {} : { nonce }),
  }
}
