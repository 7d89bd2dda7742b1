// One line a second while a workload is played: rewritten in place on a terminal, every fifth one elsewhere.

import type { Engine } from '@plimsoll/engine'
import type { Recorder } from '@plimsoll/record'
import { Histogram } from '@plimsoll/statistics'
import type { Streams } from './command.ts'

const secondsBetweenPlainLines = 5

export interface LoadProgressOptions {
  readonly engine: Engine
  readonly recorder: Recorder
  readonly stream: Streams['stderr']
}

export class LoadProgress implements Disposable {
  readonly #options: LoadProgressOptions
  readonly #timer: NodeJS.Timeout

  constructor(options: LoadProgressOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#tell(), 1_000)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    if (this.#options.stream.isTTY === true) this.#options.stream.write('\n')
  }

  #tell(): void {
    const { engine, recorder, stream } = this.#options
    const second = Math.floor(engine.second()) - 1
    if (second < 0) return
    const isTerminal = stream.isTTY === true
    if (!isTerminal && second % secondsBetweenPlainLines !== 0) return
    const line = this.#line(second)
    stream.write(isTerminal ? `\r\u001B[K${line}` : `${line}\n`)
    recorder.second(second)
  }

  #line(second: number): string {
    const { recorder } = this.#options
    const stretch = recorder.stretches.findLast(({ from_second }) => from_second <= second)
    const { actions, sessions_alive } = recorder.second(second)
    const times = new Histogram()
    let [due, notOk] = [0, 0]
    for (const action of actions.values()) {
      times.add(action.response_time)
      due += action.due
      notOk += action.failed + action.unknown + action.dropped
    }
    const p = (q: number) => (times.count === 0 ? '–' : (times.quantile(q) / 1_000).toFixed(1))
    return (
      `${String(second).padStart(4)} s  ${stretch?.name ?? ''}: ${due} actions/s, ` +
      `p50 ${p(0.5)} ms, p99 ${p(0.99)} ms, ${notOk} not ok, ${sessions_alive} sessions`
    )
  }
}
