// Ids are whole numbers on the wire. What is no id is the id of nothing.

import { Type } from 'typebox'

/** The path of one object. */
export const OneId = Type.Object({ id: Type.String() })

/** The id as the database takes it, or undefined when it cannot be the id of anything. */
export function idFrom(text: string): string | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? text : undefined
}
