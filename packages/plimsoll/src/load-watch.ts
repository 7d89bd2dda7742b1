// While a load is played: once a second, how the generator is doing; every few seconds, what is final goes to disk, so
// that little is lost with the process and memory grows little by the hour.

import type { Engine } from '@plimsoll/engine'
import { generatorRows, type Recorder, type RunRecord, type RunWriter } from '@plimsoll/record'

const secondsBetweenWrites = 5

export interface LoadWatchOptions {
  readonly engine: Pick<Engine, 'second'>
  readonly recorder: Recorder
  readonly record: RunRecord
  readonly writer: Pick<RunWriter, 'write'>
  /** It cannot be written, e.g. because the disk is full. */
  readonly onTrouble: (error: Error) => void
}

export class LoadWatch implements AsyncDisposable {
  readonly #options: LoadWatchOptions
  readonly #timer: NodeJS.Timeout
  #seen = -1
  #written = 0
  #writing: Promise<void> = Promise.resolve()

  constructor(options: LoadWatchOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#look(), 1_000)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#writing
  }

  #look(): void {
    const { engine, recorder, record, writer, onTrouble } = this.#options
    const second = Math.floor(engine.second()) - 1
    if (second <= this.#seen) return
    this.#seen = second
    record.parts.push(...generatorRows(recorder.health, second))
    if (second - this.#written < secondsBetweenWrites) return
    this.#written = second
    this.#writing = this.#writing.then(() => writer.write()).catch(onTrouble)
  }
}
