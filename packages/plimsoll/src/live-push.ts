// Sends metrics to collectors while a load is played. One that does not take them is told of once and tried again.

import type { RunRecord } from '@plimsoll/record'
import { OtlpPush } from './outputs/otlp.ts'

const pushEvery_ms = 10_000

export class LivePush implements Disposable {
  readonly #pushes: readonly OtlpPush[]
  readonly #timer: NodeJS.Timeout
  readonly #tell: (line: string) => void
  #isBusy = false
  #isTold = false

  constructor(
    collectors: readonly string[],
    { name, run, tell }: { name: string; run: RunRecord; tell: (line: string) => void },
  ) {
    this.#pushes = collectors.map((url) => new OtlpPush(url, { name, runs: [run] }))
    this.#tell = tell
    this.#timer = setInterval(() => void this.#push(), pushEvery_ms)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  /** One at a time: a collector that is slow is asked less often. */
  async #push(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      for (const push of this.#pushes) await push.push()
    } catch (error) {
      if (!this.#isTold) this.#tell(error instanceof Error ? error.message : String(error))
      this.#isTold = true
    }
    this.#isBusy = false
  }
}
