// An answer to a request whose body is not wanted. To close the connection while the client still sends would reset it, and
// a reset takes the answer away from whoever has not read it yet: browsers send to the end before they read. So the
// rest is read and thrown away, for a while.

import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

const mostBytes = 16_777_216
/** The time that a request may take ends it too. */
const silence_ms = 1_000

/** The answer's body, which ends when the request has, or when it has been waited for long enough. */
export function lingering(body: string, request: IncomingMessage): Readable {
  return Readable.from(
    (async function* () {
      yield Buffer.from(body)
      await readAway(request)
    })(),
  )
}

function readAway(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0
    const done = () => {
      clearTimeout(timer)
      request.off('data', onData)
      resolve()
    }
    const onData = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > mostBytes) done()
      else timer.refresh()
    }
    const timer = setTimeout(done, silence_ms)
    request.on('data', onData)
    for (const end of ['end', 'close', 'error']) request.once(end, done)
    if (request.readableEnded || request.destroyed) done()
    else request.resume()
  })
}
