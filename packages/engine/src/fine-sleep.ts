// Sleeps to a fraction of a millisecond, which Node's timers cannot: a thread waits on a futex and notifies this one when
// the time has come. Nothing spins. One sleeper, one wish at a time: the due queue has only one.
//
//   main: due ← instant, order += 1, notify ──→ thread: waits until due, or for the next order
//   main: wakes when the last order is over ←── over = order, notify

import { Worker } from 'node:worker_threads'
import type { Sleep } from './due-queue.ts'
import { monotonic } from './load-clock.ts'

/** Shorter waits are over by the time that the thread is told of them. */
const atLeast_ms = 0.03

/** A sleeper with a thread of its own; disposing ends it. */
export interface FineSleep extends AsyncDisposable {
  /** A new wish takes the place of the one before. Never wakes early. */
  readonly sleep: Sleep
}

export function startFineSleep(): FineSleep {
  const shared = new SharedArrayBuffer(16)
  const orders = new Int32Array(shared, 0, 1)
  const over = new Int32Array(shared, 4, 1)
  const due = new Float64Array(shared, 8, 1)
  due[0] = Infinity
  const thread = new Worker(`(${sleepThread.toString()})()`, {
    eval: true,
    workerData: shared,
    // It allocates next to nothing.
    resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 8 },
    execArgv: [],
  })
  thread.unref()
  let wish: { readonly order: number; readonly wake: () => void } | null = null

  function listen(): void {
    const order = Atomics.load(over, 0)
    if (wish !== null && wish.order === order) {
      const { wake } = wish
      wish = null
      wake()
    }
    const next = Atomics.waitAsync(over, 0, order)
    if (next.async) void next.value.then(listen)
    else setImmediate(listen)
  }
  listen()

  return {
    sleep(ms, wake) {
      if (ms <= atLeast_ms) {
        const immediate = setImmediate(wake)
        return () => clearImmediate(immediate)
      }
      due[0] = monotonic() + ms
      const own = { order: (Atomics.add(orders, 0, 1) + 1) | 0, wake }
      wish = own
      Atomics.notify(orders, 0)
      return () => {
        // The thread is left to itself: nobody waits for its order any more.
        if (wish === own) wish = null
      }
    },
    async [Symbol.asyncDispose]() {
      await thread.terminate()
    },
  }
}

/** The thread's whole program. It is carried over as text, so it names nothing of this file. */
function sleepThread(): void {
  const { workerData } = process.getBuiltinModule('node:worker_threads')
  const orders = new Int32Array(workerData as SharedArrayBuffer, 0, 1)
  const over = new Int32Array(workerData as SharedArrayBuffer, 4, 1)
  const due = new Float64Array(workerData as SharedArrayBuffer, 8, 1)
  for (;;) {
    const order = Atomics.load(orders, 0)
    const left = (due[0] ?? Infinity) - Number(process.hrtime.bigint()) / 1e6
    if (left > 0) Atomics.wait(orders, 0, order, left)
    else {
      Atomics.store(over, 0, order)
      Atomics.notify(over, 0)
      Atomics.wait(orders, 0, order)
    }
  }
}
