// Where a poll ended: a version of the user and a transaction of the queue. Opaque to clients. A cursor that was
// made up is harmless: it only decides how much of what is their own they are told again.

import { badRequest } from '@plimsoll/service'

/** Everything up to this version of the user, and of the queue below this transaction, was told. */
export interface Place {
  readonly user: number
  readonly queue: number
}

/** Writes a place down. */
export function cursorOf({ user, queue }: Place): string {
  return `${user.toString(36)}-${queue.toString(36)}`
}

/** Reads a cursor; throws a 400 for anything else. */
export function placeOf(cursor: string): Place {
  const [, user = '', queue = ''] = /^([0-9a-z]{1,10})-([0-9a-z]{1,10})$/.exec(cursor) ?? []
  if (user === '') {
    throw badRequest('query.cursor: is not a cursor of this service. Start again without one.')
  }
  return { user: Number.parseInt(user, 36), queue: Number.parseInt(queue, 36) }
}
