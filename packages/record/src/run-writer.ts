// Writes one run while it goes. A second is final once no answer of it can still come; until then it stays
// in memory.

import { open, rename, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { hlogHeader, hlogLine } from './hlog.ts'
import { timeNames, type RunRecord, type SecondRecord, type StretchRecord } from './run-record.ts'

/** Longest time-out of an action plus the time sessions get at the end, with room to spare. */
const secondsUntilFinal = 30

/** The stretch as summary.json holds it: its histograms are in histograms.hlog. */
export type StretchSummary = Omit<StretchRecord, 'actions'>
export type RunSummary = Omit<RunRecord, 'seconds' | 'parts' | 'stretches'> & {
  readonly stretches: readonly StretchSummary[]
}

export class RunWriter implements AsyncDisposable {
  readonly #path: string
  readonly #run: RunRecord
  readonly #timeline: FileHandle
  readonly #histograms: FileHandle
  readonly #parts: FileHandle
  #secondsWritten = 0
  #partsWritten = 0
  #closed = false

  private constructor(
    path: string,
    run: RunRecord,
    files: readonly [FileHandle, FileHandle, FileHandle],
  ) {
    this.#path = path
    this.#run = run
    ;[this.#timeline, this.#histograms, this.#parts] = files
  }

  static async open(path: string, run: RunRecord): Promise<RunWriter> {
    const timeline = await open(join(path, 'timeline.ndjson'), 'w')
    const histograms = await open(join(path, 'histograms.hlog'), 'w')
    const parts = await open(join(path, 'parts.ndjson'), 'w')
    await histograms.appendFile(hlogHeader)
    const writer = new RunWriter(path, run, [timeline, histograms, parts])
    await writer.write()
    return writer
  }

  /** Writes what is final and the summary so far. */
  async write(): Promise<void> {
    await this.#writeSeconds(this.#run.seconds.length - secondsUntilFinal)
    await this.#writeParts()
    await this.#writeSummary()
  }

  /** Writes everything and closes the files. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#writeSeconds(this.#run.seconds.length)
    await this.#writeStretchTimes()
    await this.#writeParts()
    await this.#writeSummary()
    await this.#timeline.close()
    await this.#histograms.close()
    await this.#parts.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #writeSeconds(until: number): Promise<void> {
    let timeline = ''
    let histograms = ''
    while (this.#secondsWritten < until) {
      const second = this.#run.seconds[this.#secondsWritten]!
      timeline += timelineLine(second)
      for (const [action, { response_time }] of second.actions) {
        if (response_time.count === 0) continue
        const tag = `${action}|response_time`
        const from_second = second.second
        histograms += hlogLine({ tag, from_second, lasts_seconds: 1, histogram: response_time })
        response_time.compact()
      }
      this.#secondsWritten += 1
    }
    // In this order, so that after a crash no second in the timeline lacks its response times.
    if (histograms !== '') await this.#histograms.appendFile(histograms)
    if (timeline !== '') await this.#timeline.appendFile(timeline)
  }

  async #writeStretchTimes(): Promise<void> {
    let lines = ''
    for (const stretch of this.#run.stretches) {
      const from_second = stretch.from_second
      const lasts_seconds = stretch.to_second - stretch.from_second
      for (const [action, times] of stretch.actions) {
        for (const name of timeNames) {
          if (times[name].count === 0) continue
          const tag = `${action}|${name}`
          lines += hlogLine({ tag, from_second, lasts_seconds, histogram: times[name] })
        }
      }
    }
    await this.#histograms.appendFile(lines)
  }

  async #writeParts(): Promise<void> {
    const rows = this.#run.parts.slice(this.#partsWritten)
    this.#partsWritten += rows.length
    if (rows.length > 0) {
      await this.#parts.appendFile(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    }
  }

  async #writeSummary(): Promise<void> {
    const { seconds: _seconds, parts: _parts, stretches, ...rest } = this.#run
    const summaries = stretches.map(({ actions: _actions, ...summary }) => summary)
    const summary: RunSummary = { ...rest, stretches: summaries }
    // Renamed into place, so that a crash never leaves half a summary.
    const path = join(this.#path, 'summary.json')
    await writeFile(`${path}.part`, `${JSON.stringify(summary, undefined, 2)}\n`)
    await rename(`${path}.part`, path)
  }
}

/** One line of timeline.ndjson: counts and quantiles by action, for people and other tools. */
function timelineLine(second: SecondRecord): string {
  const actions = Object.fromEntries(
    [...second.actions].map(([name, { response_time, ...counts }]) => [
      name,
      {
        ...counts,
        p50_ms: response_time.quantile(0.5) / 1_000,
        p99_ms: response_time.quantile(0.99) / 1_000,
        max_ms: response_time.max_us / 1_000,
      },
    ]),
  )
  const { second: number, sessions_alive } = second
  return `${JSON.stringify({ second: number, sessions_alive, actions })}\n`
}
