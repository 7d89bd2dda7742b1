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

/** `content=…&nonce=…`. */
export function formBody(text: string): UploadBody {
  const fields = new URLSearchParams(text)
  return fieldsOf([...fields])
}

/** A multipart form; throws a 400 for what is none. */
export async function multipartBody(body: Buffer, contentType: string): Promise<UploadBody> {
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

function fieldsOf(fields: readonly [string, string][]): UploadBody {
  const names = fields.map(([name]) => name)
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw badRequest('A field is given once.')
  const { content, nonce } = Object.fromEntries(fields)
  return {
    ...(content === undefined ? {} : { content }),
    // A form whose field was left empty sends it empty.
    ...(nonce === undefined || nonce === '' ? {} : { nonce }),
  }
}
