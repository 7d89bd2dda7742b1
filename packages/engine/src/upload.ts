// A body sent piece by piece, as fast as the server takes it.

import { once } from 'node:events'
import type { Socket } from 'node:net'

export type BodySource = () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>

/** Sends the pieces as chunks until the last, or until nobody wants them. Throws what the source throws. */
export async function sendChunks(
  socket: Socket,
  source: BodySource,
  isWanted: () => boolean,
): Promise<void> {
  for await (const piece of source()) {
    if (!isWanted()) return
    if (!(piece instanceof Uint8Array)) {
      throw new TypeError(`expected pieces of type Uint8Array, found ${typeof piece}`)
    }
    if (piece.length === 0) continue
    socket.cork()
    socket.write(`${piece.length.toString(16)}\r\n`, 'latin1')
    socket.write(piece)
    const flows = socket.write('\r\n', 'latin1')
    socket.uncork()
    if (!flows) await roomIn(socket)
    if (!isWanted()) return
  }
  socket.write('0\r\n\r\n', 'latin1')
}

async function roomIn(socket: Socket): Promise<void> {
  const over = new AbortController()
  const { signal } = over
  await Promise.race([once(socket, 'drain', { signal }), once(socket, 'close', { signal })])
  over.abort()
}
