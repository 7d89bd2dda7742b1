// Ctrl-C: the first asks to put everything away, the second insists.

import { exitCodes } from './command.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * A terminal sends one Ctrl-C to every process in front, and npm passes its own on to us as well: what
 * comes so soon after the first is the same keystroke.
 */
const sameKeystroke_ms = 300

/** A signal that is aborted by Ctrl-C or SIGTERM, until it is disposed. */
export function interrupted(stderr: NodeJS.WritableStream): { signal: AbortSignal } & Disposable {
  const controller = new AbortController()
  let first_ms = 0
  const onSignal = () => {
    if (controller.signal.aborted) {
      if (performance.now() - first_ms < sameKeystroke_ms) return
      process.exit(exitCodes.interrupted)
    }
    first_ms = performance.now()
    // First, so that whoever draws on the terminal makes room for the sentence.
    controller.abort()
    stderr.write(
      '\nInterrupted: putting everything away; what was recorded stays. Again to end at once.\n',
    )
  }
  for (const signal of signals) process.on(signal, onSignal)
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}
