import type { EventEmitter } from 'node:events'

const ignore = () => {}

/**
 * For streams of HTTP/2 that have closed. Each of them may stay until the next full collection (decision 0019); so it
 * must not keep what its listeners see.
 */
export function forgetListeners(emitter: EventEmitter): void {
  emitter.removeAllListeners()
  emitter.on('error', ignore)
}
