// Ports that nobody listens on, as the kernel tells.

import { createServer, type AddressInfo } from 'node:net'
import { environmentError } from './environment-error.ts'

/** A free TCP port of 127.0.0.1. Another program may take it before it is used. */
export function freePort(): Promise<number> {
  return listenOnce(0)
}

/** Makes sure that a port of 127.0.0.1 can be listened on. Throws `port-in-use`, `no-permission`. */
export async function claimPort(port: number): Promise<void> {
  try {
    await listenOnce(port)
  } catch (cause) {
    throw environmentError(`Port ${port} of 127.0.0.1 cannot be used`, cause)
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const { port: own } = server.address() as AddressInfo
      server.close(() => resolve(own))
    })
  })
}
