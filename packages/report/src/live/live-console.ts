// The console of a running experiment. On a terminal a block at the bottom is redrawn in place and what
// lasts scrolls away above it; elsewhere there are plain lines, one per event worth telling.
//
// Redraws are bounded: an event draws at once when the last drawing is old enough, else it only marks the
// block as stale and a timer draws it later. The cursor always rests below the block, never hidden, so a
// process that dies here leaves the terminal as it should be.

import type { ProgressEvent, ProgressListener } from '@plimsoll/record'
import { liveBlock } from './live-block.ts'
import { painted, span, type Line } from './paint.ts'
import { folded, nothingYet, type ProgressState } from './progress-state.ts'
import { lastingLines, logLines, type TellOptions } from './told-lines.ts'

const leastBetweenDraws_ms = 100
const tick_ms = 1_000
const leastBetweenSeconds_ms = 5_000
const leastBetweenDetails_ms = 2_000
const logWidth = 1_000

/** Where the console writes: `process.stderr` or anything like it. */
export interface ConsoleStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

export interface LiveConsoleOptions {
  readonly stream: ConsoleStream
  /** The environment: `NO_COLOR` (not empty) leaves colours out, `TERM=dumb` means plain lines. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number
}

/** Draws progress events. Dispose it when the experiment is over or was broken off. */
export class LiveConsole implements Disposable {
  readonly #stream: ConsoleStream
  readonly #now: () => number
  readonly #live: boolean
  readonly #colour: boolean
  #state: ProgressState
  #blockLines = 0
  #drawn_ms = -Infinity
  #secondTold_ms = -Infinity
  #stageTold: { readonly name: string; readonly at_ms: number } = { name: '', at_ms: -Infinity }
  #timer: NodeJS.Timeout | undefined

  constructor({ stream, environment, now }: LiveConsoleOptions) {
    this.#stream = stream
    this.#now = now
    this.#live = stream.isTTY === true && environment['TERM'] !== 'dumb'
    this.#colour = this.#live && (environment['NO_COLOR'] ?? '') === ''
    this.#state = nothingYet(now())
  }

  /** Takes one event; bound, so that it can be handed on as a listener. */
  readonly listen: ProgressListener = (event) => {
    const now_ms = this.#now()
    this.#state = folded(this.#state, event, now_ms)
    if (this.#live) this.#show(event)
    else this.#log(event, now_ms)
  };

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#blockLines > 0) this.#stream.write(`${this.#above()}\u001b[J`)
  }

  #show(event: ProgressEvent): void {
    const lasting = lastingLines(event, this.#told())
    if (event.kind === 'experiment-ended') {
      this[Symbol.dispose]()
      this.#stream.write(this.#text(lasting))
    } else if (lasting.length > 0) {
      this.#draw(lasting)
    } else if (this.#now() - this.#drawn_ms >= leastBetweenDraws_ms) this.#draw()
    else this.#drawIn(leastBetweenDraws_ms)
  }

  /** Writes what lasts and the block below it over the block before, in one go so that nothing flickers. */
  #draw(lasting: readonly Line[] = []): void {
    const now_ms = this.#now()
    const lines = liveBlock(this.#state, now_ms).slice(
      0,
      Math.max(1, (this.#stream.rows ?? 24) - 1),
    )
    const above = this.#above()
    this.#stream.write(`${above}${this.#text(lasting)}${this.#text(lines)}\u001b[J`)
    this.#blockLines = lines.length
    this.#drawn_ms = now_ms
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#drawIn(tick_ms)
  }

  /** An earlier drawing that is due already is kept; the slow tick gives way. */
  #drawIn(delay_ms: number): void {
    if (this.#timer !== undefined && delay_ms === tick_ms) return
    clearTimeout(this.#timer)
    const wait_ms = Math.max(0, this.#drawn_ms + delay_ms - this.#now())
    this.#timer = setTimeout(() => this.#draw(), wait_ms)
    this.#timer.unref()
  }

  #log(event: ProgressEvent, now_ms: number): void {
    if (this.#tooSoon(event, now_ms)) return
    const clock = span(`${clockWords((now_ms - this.#state.began_ms) / 1_000)}  `)
    const lines = logLines(event, this.#told()).map((line): Line => [clock, ...line])
    if (lines.length > 0) this.#stream.write(this.#text(lines))
  }

  /** Seconds, and new details of the same stage, are told now and then; everything else always. */
  #tooSoon(event: ProgressEvent, now_ms: number): boolean {
    if (event.kind === 'second') {
      if (now_ms - this.#secondTold_ms < leastBetweenSeconds_ms) return true
      this.#secondTold_ms = now_ms
    }
    if (event.kind === 'stage') {
      const name = [event.stage, event.configuration, event.repeat].join(' ')
      const { name: last, at_ms } = this.#stageTold
      if (name === last && now_ms - at_ms < leastBetweenDetails_ms) return true
      this.#stageTold = { name, at_ms: now_ms }
    }
    return false
  }

  #told(): TellOptions {
    const { started } = this.#state
    return {
      expected_per_second: started?.expected_per_second ?? null,
      scale: started?.scale ?? 1,
    }
  }

  /** Moves to the block's first line; nothing when there is no block. */
  #above(): string {
    const text = this.#blockLines === 0 ? '' : `\u001b[${this.#blockLines}A\r`
    this.#blockLines = 0
    return text
  }

  #text(lines: readonly Line[]): string {
    const width = this.#live ? Math.max(20, this.#stream.columns ?? 80) - 1 : logWidth
    const end = this.#live ? '\u001b[K\n' : '\n'
    return lines.map((line) => painted(line, { width, colour: this.#colour }) + end).join('')
  }
}

/** `02:14`, minutes and seconds. */
function clockWords(seconds: number): string {
  const whole = Math.floor(seconds)
  const padded = (value: number) => String(value).padStart(2, '0')
  return `${padded(Math.floor(whole / 60))}:${padded(whole % 60)}`
}
