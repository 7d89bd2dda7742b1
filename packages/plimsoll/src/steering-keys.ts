// Keys at the terminal while a load is played: space or p pauses and resumes, + and - change the rate, q stops.

import { readFileSync } from 'node:fs'
import type { ReadStream } from 'node:tty'
import { orderOfKey, steeredWords, type Steerable } from './steering.ts'

export const keysHelp = 'keys: space pauses and resumes, + and - change the rate, q stops'

export interface KeysOptions {
  readonly run: Steerable
  readonly input: ReadStream
  readonly tell: (line: string) => void
  /** Ctrl-C arrives as a key while keys are read. */
  readonly interrupt: () => void
}

/** A process in the background that reads keys is stopped by its terminal. */
function isInForeground(): boolean {
  try {
    const text = readFileSync('/proc/self/stat', 'utf8')
    // After the name, which may hold anything: state, parent, group, session, terminal, group in front.
    const [, , group, , , inFront] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return group === inFront
  } catch {
    return true
  }
}

/** Listens until it is disposed. Nothing where the input is no terminal, or not ours. */
export function listenForKeys({
  run,
  input,
  tell,
  interrupt,
}: KeysOptions): Disposable | undefined {
  if (!input.isTTY || !isInForeground()) return undefined
  const onKeys = (keys: string) => {
    for (const key of keys) {
      if (key === '\u0003') interrupt()
      const order = orderOfKey(key, run.state)
      if (order === undefined) continue
      run.steer(order).then(
        (state) => tell(steeredWords(state)),
        (error: unknown) => tell(String(error)),
      )
    }
  }
  input.setRawMode(true).setEncoding('utf8').on('data', onKeys)
  return {
    [Symbol.dispose]() {
      input.off('data', onKeys).setRawMode(false).pause()
    },
  }
}
