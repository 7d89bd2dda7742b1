// What a request carries behind its head: text that is part of the same write, or bytes that are not.

import type { ActionOptions, Method } from '@plimsoll/workload'
import { formOf } from './multipart.ts'
import type { BodySource } from './upload.ts'

export interface BytesBody {
  readonly type: string
  readonly body: Uint8Array | BodySource
}

/** A body in bytes or in pieces; null when there is none. Throws `TypeError` when there is another one. */
export function bytesOf(
  method: Method,
  { json, form, body, multipart }: ActionOptions,
): BytesBody | null {
  const isText = body === undefined || typeof body === 'string'
  if (multipart === undefined && isText) return null
  const others = multipart === undefined ? [json, form] : [json, form, body]
  if (others.some((other) => other !== undefined)) throw several()
  if (method === 'GET' || method === 'HEAD') {
    throw new TypeError(`${method}: expected no body, found one`)
  }
  if (multipart === undefined) {
    return { type: 'application/octet-stream', body: body as Uint8Array | BodySource }
  }
  const { contentType, bytes } = formOf(multipart)
  return { type: contentType, body: bytes }
}

/** A body that is text. Throws `TypeError` when there are several. */
export function textOf({ json, form, body }: ActionOptions): string | undefined {
  if (form === undefined && body === undefined) {
    return json === undefined ? undefined : JSON.stringify(json)
  }
  if (json !== undefined || (form !== undefined && body !== undefined)) throw several()
  return form === undefined ? (body as string) : formText(form)
}

/** Its media type. */
export function textType({ json, form }: ActionOptions): string {
  if (json !== undefined) return 'application/json'
  return form === undefined ? 'text/plain; charset=utf-8' : 'application/x-www-form-urlencoded'
}

function several(): TypeError {
  return new TypeError('expected one of json, form, body and multipart, found several')
}

function formText(form: NonNullable<ActionOptions['form']>): string {
  const fields = new URLSearchParams()
  for (const [name, value] of Object.entries(form)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      fields.append(name, String(one))
    }
  }
  return fields.toString()
}
