// Tells a running HAProxy that an instance is about to go, or is there again, as a platform does that takes an
// instance out of its target group before it ends it. What is not told, e.g. a crash, health checks find out.

import { connect } from 'node:net'

const answerWithin_ms = 2_000

/** `drain`: no new requests go there, those under way end. Resolves also when it does not listen any more. */
export function setServerState({
  admin,
  server,
  state,
}: {
  readonly admin: number
  /** Its place in the configuration. */
  readonly server: number
  readonly state: 'ready' | 'drain'
}): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(admin, '127.0.0.1')
    socket.setTimeout(answerWithin_ms, () => socket.destroy())
    socket.on('connect', () =>
      socket.end(`set server instances/instance-${server} state ${state}\n`),
    )
    socket.on('error', () => {})
    socket.on('close', () => resolve())
    socket.resume()
  })
}
