// How a client learns up to where it has written, and says so: one header, both ways. A client that sends nothing
// may have written a moment ago through another instance, so its reads must see everything acknowledged by now.

import type { FastifyReply } from 'fastify'
import type { IncomingHttpHeaders } from 'node:http'

import { logPositionText, readLogPosition } from './log-position.ts'
import type { After, Reads } from './reads.ts'

/** On the answer to a write, and on the requests of clients that keep the highest they were told. */
export const writePositionHeader = 'write-position'

/**
 * Tells a client up to where it has written; to be called after its write was acknowledged, by every route that
 * writes: a client that is told of some writes only would not see the others. Does nothing without a replica.
 */
export async function tellWritePosition(reply: FastifyReply, reads: Reads): Promise<void> {
  if (!reads.hasReader) return
  reply.header(writePositionHeader, logPositionText(await reads.position()))
}

/** What a request must see. `isUser`: it comes from somebody who may have written. */
export function positionToSee(
  headers: IncomingHttpHeaders,
  { isUser }: { readonly isUser: boolean },
): After {
  const told = headers[writePositionHeader]
  const position = typeof told === 'string' ? readLogPosition(told) : undefined
  // A position that could not be told is no place to wait for: then everything acknowledged by now is.
  if (position === Infinity) return 'now'
  return position ?? (isUser ? 'now' : 0)
}
