// Everything that waits for an instant: arrivals and thinking users. One heap and one timer, so that ten
// thousand waiting sessions cost no more than one. How to sleep is a parameter: a finer sleeper, or a
// virtual clock, takes its place.

/** Something that is due. Dues are instants on the engine's clock, ms. */
export interface DueEntry {
  readonly due: number
  wake(): void
}

/** Calls `wake` about `ms` from now. Returns how to call it off. */
export type Sleep = (ms: number, wake: () => void) => () => void

const nothing = (): void => {}

export interface DueQueueOptions {
  readonly now: () => number
  readonly sleep: Sleep
}

/** Node's timers, which are whole milliseconds; what is due already comes after pending input. */
export const timerSleep: Sleep = (ms, wake) => {
  if (ms <= 0) {
    const immediate = setImmediate(wake)
    return () => clearImmediate(immediate)
  }
  const timer = setTimeout(wake, Math.max(1, Math.floor(ms)))
  return () => clearTimeout(timer)
}

/** A binary heap of entries by due time that wakes each when it is due, never before. */
export class DueQueue {
  readonly #now: () => number
  readonly #sleep: Sleep
  readonly #heap: DueEntry[] = []
  #armedFor = Infinity
  #callOff = nothing

  constructor({ now, sleep }: DueQueueOptions) {
    this.#now = now
    this.#sleep = sleep
  }

  get size(): number {
    return this.#heap.length
  }

  add(entry: DueEntry): void {
    const heap = this.#heap
    let at = heap.length
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent] as DueEntry
      if (above.due <= entry.due) break
      heap[at] = above
      at = parent
    }
    heap[at] = entry
    if (entry.due < this.#armedFor) this.#arm()
  }

  /** Forgets everything that waits. */
  clear(): void {
    this.#heap.length = 0
    this.#arm()
  }

  #arm(): void {
    this.#callOff()
    this.#callOff = nothing
    const next = this.#heap[0]
    this.#armedFor = next === undefined ? Infinity : next.due
    if (next !== undefined) this.#callOff = this.#sleep(next.due - this.#now(), this.#wake)
  }

  /** Wakes what is due now. What becomes due meanwhile waits for the next turn, after pending input. */
  readonly #wake = (): void => {
    // While entries are woken nothing arms the timer: that is done once, at the end.
    this.#armedFor = -Infinity
    const now = this.#now()
    for (;;) {
      const first = this.#heap[0]
      if (first === undefined || first.due > now) break
      this.#removeFirst()
      first.wake()
    }
    this.#arm()
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop() as DueEntry
    if (heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      const right = child + 1
      if (right < heap.length && (heap[right] as DueEntry).due < (heap[child] as DueEntry).due) {
        child = right
      }
      if ((heap[child] as DueEntry).due >= last.due) break
      heap[at] = heap[child] as DueEntry
      at = child
    }
    heap[at] = last
  }
}
