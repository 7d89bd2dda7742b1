// Ctrl-C: the first asks to put everything away, the second insists.

import { exitCodes } from './command.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A signal that is aborted by Ctrl-C or SIGTERM, until it is disposed. */
export function interrupted(stderr: NodeJS.WritableStream): { signal: AbortSignal } & Disposable {
  const controller = new AbortController()
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted)
    stderr.write(
      '\nInterrupted: putting everything away; what was recorded stays. Again to end at once.\n',
    )
    controller.abort()
  }
  for (const signal of signals) process.on(signal, onSignal)
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}
