import type { EventEmitter } from 'node:events'

const ignore = () => {}

/**
 * For streams of HTTP/2 that have closed. Node keeps each of them until the next full collection, because something
 * outside of V8 has pointed at it; so it must not keep what its listeners see.
 */
export function forgetListeners(emitter: EventEmitter): void {
  emitter.removeAllListeners()
  emitter.on('error', ignore)
}
