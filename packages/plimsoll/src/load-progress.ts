// How a load is going, once a second: a small table that is redrawn in place on a terminal, a line every five seconds
// elsewhere. It is drawn by the process that watches; the engine's own never waits for a terminal.

import type { Engine } from '@plimsoll/engine'
import type { ActionSecond, Recorder } from '@plimsoll/record'
import { Histogram } from '@plimsoll/statistics'
import type { Streams } from './command.ts'

const secondsBetweenPlainLines = 5
const actionsAtMost = 12

export interface LoadProgressOptions {
  readonly engine: Pick<Engine, 'second'>
  readonly recorder: Recorder
  readonly stream: Streams['stderr']
  /** What the plan asks for now, in words: `10 sessions/s`. */
  readonly asked: () => string
}

export class LoadProgress implements Disposable {
  readonly #options: LoadProgressOptions
  readonly #timer: NodeJS.Timeout
  /** Lines on the terminal that the next drawing takes the place of. */
  #drawn = 0
  #startedBefore = 0

  constructor(options: LoadProgressOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#tell(), 1_000)
  }

  /** A line that stays, above what is redrawn. */
  readonly tell = (line: string): void => {
    this.#options.stream.write(`${this.#erased()}${line}\n`)
  };

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#drawn = 0
  }

  #tell(): void {
    const { engine, recorder, stream } = this.#options
    // What was due in a second has mostly been told when the next is over.
    const second = Math.floor(engine.second()) - 1
    if (second < 0) return
    const isTerminal = stream.isTTY === true
    const began = recorder.sessions.started - this.#startedBefore
    this.#startedBefore = recorder.sessions.started
    if (!isTerminal) {
      if (second % secondsBetweenPlainLines === 0) stream.write(`${this.#line(second, began)}\n`)
      return
    }
    const width = stream.columns ?? 80
    const lines = [this.#line(second, began), ...this.#table(second)]
    stream.write(
      `${this.#erased()}${lines.map((line) => `${line.slice(0, width - 1)}\n`).join('')}`,
    )
    this.#drawn = lines.length
  }

  /** Takes the cursor back to where the last drawing began. */
  #erased(): string {
    const back = this.#drawn === 0 ? '' : `\u001B[${this.#drawn}A\u001B[J`
    this.#drawn = 0
    return back
  }

  #line(second: number, began: number): string {
    const { recorder, asked } = this.#options
    const stretch = recorder.stretches.findLast(({ from_second }) => from_second <= second)
    const { actions, sessions_alive } = recorder.second(second)
    const all = [...actions.values()]
    const due = all.reduce((sum, action) => sum + action.due, 0)
    const times = new Histogram()
    for (const action of all) times.add(action.response_time)
    return (
      `${String(second).padStart(4)} s  ${stretch?.name ?? ''}: asked ${asked()}, ${began} began; ${due} actions/s, ` +
      `p50 ${time(times, 0.5)} ms, p99 ${time(times, 0.99)} ms, ${all.reduce(addNotOk, 0)} not ok, ${sessions_alive} sessions`
    )
  }

  #table(second: number): string[] {
    const { actions } = this.#options.recorder.second(second)
    const rows = [...actions].toSorted(([a], [b]) => (a < b ? -1 : 1)).slice(0, actionsAtMost)
    const width = Math.max(0, ...rows.map(([name]) => name.length))
    const lines = rows.map(([name, action]) => {
      const cells = [action.due, action.ok, addNotOk(0, action)].map((n) => String(n).padStart(7))
      const times = [0.5, 0.99].map((q) => time(action.response_time, q).padStart(8))
      return `        ${name.padEnd(width)}${[...cells, ...times].join('')}`
    })
    const head = ['due', 'ok', 'not ok'].map((word) => word.padStart(7)).join('')
    const more =
      actions.size > actionsAtMost ? [`        … ${actions.size - actionsAtMost} more`] : []
    return [`        ${' '.repeat(width)}${head}  p50 ms  p99 ms`, ...lines, ...more]
  }
}

function addNotOk(sum: number, { failed, unknown, dropped }: ActionSecond): number {
  return sum + failed + unknown + dropped
}

function time(times: Histogram, quantile: number): string {
  return times.count === 0 ? '–' : (times.quantile(quantile) / 1_000).toFixed(1)
}
