// A port that nobody listens on, as the kernel gives it.

import { createServer, type AddressInfo } from 'node:net'

/** A free TCP port of 127.0.0.1. Another program may take it before it is used. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
