// Writes one run while it goes. A second is written once hardly an answer of it can still come. Where one came all the
// same, as to a request whose time-out is long, what was written is written anew at the end.

import { open, rename, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { hlogHeader, hlogLine } from './hlog.ts'
import { timeNames, type RunRecord, type SecondRecord, type StretchRecord } from './run-record.ts'

/** Most answers have come by then. */
const secondsUntilFinal = 30
const [timelineName, histogramsName] = ['timeline.ndjson', 'histograms.hlog']

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
  /** What was told of each second that is written. */
  readonly #told: number[] = []
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
    const timeline = await open(join(path, timelineName), 'w')
    const histograms = await open(join(path, histogramsName), 'w')
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
    await this.#histograms.appendFile(this.#stretchLines())
    await this.#writeParts()
    await this.#writeSummary()
    await this.#timeline.close()
    await this.#histograms.close()
    await this.#parts.close()
    const isLate = this.#told.some((told, second) => told !== toldOf(this.#run.seconds[second]!))
    if (isLate) await this.#rewrite()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #writeSeconds(until: number): Promise<void> {
    const seconds = this.#run.seconds.slice(this.#told.length, Math.max(0, until))
    this.#told.push(...seconds.map(toldOf))
    const { timeline, histograms } = linesOf(seconds)
    // In this order, so that after a crash no second in the timeline lacks its response times.
    if (histograms !== '') await this.#histograms.appendFile(histograms)
    if (timeline !== '') await this.#timeline.appendFile(timeline)
  }

  async #rewrite(): Promise<void> {
    const { timeline, histograms } = linesOf(this.#run.seconds)
    await this.#replace(histogramsName, hlogHeader + histograms + this.#stretchLines())
    await this.#replace(timelineName, timeline)
  }

  #stretchLines(): string {
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
    return lines
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
    await this.#replace('summary.json', `${JSON.stringify(summary, undefined, 2)}\n`)
  }

  /** Renamed into place, so that a crash never leaves half of it. */
  async #replace(name: string, text: string): Promise<void> {
    const path = join(this.#path, name)
    await writeFile(`${path}.part`, text)
    await rename(`${path}.part`, path)
  }
}

/** Changes with every action that is due or ends in it. */
function toldOf({ actions }: SecondRecord): number {
  let told = 0
  for (const { due, ok, failed, unknown, dropped } of actions.values()) {
    told += due + ok + failed + unknown + dropped
  }
  return told
}

/** Their lines in both files; what is written is kept compact from now on. */
function linesOf(seconds: readonly SecondRecord[]): { timeline: string; histograms: string } {
  let timeline = ''
  let histograms = ''
  for (const second of seconds) {
    timeline += timelineLine(second)
    for (const [action, { response_time }] of second.actions) {
      if (response_time.count === 0) continue
      const tag = `${action}|response_time`
      const from_second = second.second
      histograms += hlogLine({ tag, from_second, lasts_seconds: 1, histogram: response_time })
      response_time.compact()
    }
  }
  return { timeline, histograms }
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
