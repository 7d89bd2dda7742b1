import { useRef, useState } from 'react'

export interface Action<Args extends unknown[], Result> {
  readonly isBusy: boolean
  /** Why it was not done the last time; undefined while it is tried anew. */
  readonly error: unknown
  /** What it came to; undefined before that, and while it is tried anew. */
  readonly result: Result | undefined
  /** Does it, unless it is being done. Never throws: `error` tells. */
  readonly run: (...args: Args) => Promise<void>
  /** Forgets how it went. */
  readonly clear: () => void
}

/** Something that a user does: once at a time, and with its end shown. */
export function useAction<Args extends unknown[], Result>(
  act: (...args: Args) => Promise<Result>,
): Action<Args, Result> {
  const [state, setState] = useState<{ error?: unknown; result?: Result; isBusy: boolean }>({
    isBusy: false,
  })
  const isRunning = useRef(false)
  const run = async (...args: Args) => {
    if (isRunning.current) return
    isRunning.current = true
    setState({ isBusy: true })
    try {
      setState({ result: await act(...args), isBusy: false })
    } catch (error) {
      setState({ error, isBusy: false })
    } finally {
      isRunning.current = false
    }
  }
  return {
    isBusy: state.isBusy,
    error: state.error,
    result: state.result,
    run,
    clear: () => setState({ isBusy: false }),
  }
}
