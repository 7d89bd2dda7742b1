// Shows an import as it goes: one line that is written over on a terminal, a plain line now and then in
// a log. Rates are rows read per second, per file.

import { basename } from 'node:path'
import type { ImportEvent, RowCounts } from './copy-rows.ts'

export interface ProgressOptions {
  /** Where to write; a bar is drawn when it is a terminal. */
  readonly to: { write(text: string): unknown; readonly isTTY?: boolean }
  /** Milliseconds on any clock that does not go back. */
  readonly now: () => number
}

const barWidth = 24
const redrawEvery = 100
const lineEvery = 5_000
const clearLine = '\r\u001b[K'

/** A listener for the events of an import. */
export function showProgress({ to, now }: ProgressOptions): (event: ImportEvent) => void {
  const isTerminal = to.isTTY === true
  let started: number | undefined
  let shown = now()
  return (event) => {
    if (event.kind === 'stage') {
      to.write(`${isTerminal ? clearLine : ''}${event.stage} …\n`)
      return
    }
    started ??= now()
    const { source, counts } = event
    const line = `${basename(source.name).padEnd(28)} ${rowsAndRate(counts, now() - started)}`
    if (event.kind === 'loaded') {
      to.write(`${isTerminal ? clearLine : ''}${line}\n`)
      started = undefined
    } else if (now() - shown >= (isTerminal ? redrawEvery : lineEvery)) {
      const share = Math.min(1, event.done / Math.max(1, source.size))
      const percent = Math.floor(share * 100)
      to.write(
        isTerminal
          ? `${clearLine}${bar(share)} ${`${percent}`.padStart(3)} % ${line}`
          : `${line}, ${percent} %\n`,
      )
      shown = now()
    }
  }
}

function rowsAndRate({ read, rejected }: RowCounts, elapsed: number): string {
  const rate = Math.round((read / Math.max(1, elapsed)) * 1000)
  const refused = rejected === 0 ? '' : `, ${grouped(rejected)} rejected`
  return `${grouped(read).padStart(12)} rows, ${grouped(rate)} rows/s${refused}`
}

function bar(share: number): string {
  const full = Math.round(share * barWidth)
  return '█'.repeat(full) + '░'.repeat(barWidth - full)
}

/** A whole number with commas between thousands. */
export function grouped(value: number): string {
  return value.toLocaleString('en-GB')
}
