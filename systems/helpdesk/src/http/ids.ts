// Ids are texts on the wire. What is no id is the id of nothing.

import { Type } from 'typebox'

/** An id in a body: public clients send texts, some send numbers. */
export const IdText = Type.Union([
  Type.String({ maxLength: 40 }),
  Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
])

/** The path of one object. */
export const OneId = Type.Object({ id: Type.String() })

/** The id as the database takes it, or undefined when it cannot be the id of anything. */
export function idFrom(text: string | number): string | undefined {
  const id = String(text)
  return /^[1-9]\d{0,17}$/.test(id) ? id : undefined
}
