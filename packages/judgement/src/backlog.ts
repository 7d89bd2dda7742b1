// Does work pile up? A queue hides an overload: requests are accepted as fast as ever while the backlog grows
// behind them. The age of the oldest message tells it best: under an overload of δ it grows by δ seconds every
// second, however many records a message holds, and it stays where it is when the workers keep up.
//
//   age of the oldest │       ╱ grows: 5 % too much is 50 ms more every second
//                     │  ╱╲╱╲╱  keeps: a sawtooth of batches
//                     └──────────▶
//
// The slope is the median of all slopes between two seconds (Theil and Sen): one slow batch does not move it.

import type { Check, PartSecond, Verdict } from '@plimsoll/record'
import { median } from '@plimsoll/statistics'
import { checkWords } from './check-words.ts'

/** A check on what waits in the queues. */
export type BacklogCheck = Extract<Check, { kind: 'backlog' }>

/** What waited at the end of one second, all queues together. */
export interface BacklogSecond {
  readonly second: number
  /** Messages not deleted: waiting and in flight. */
  readonly messages: number
  readonly oldest_ms: number
}

/** Growth over the whole step that is no growth yet: a few batches, or this share of its time. */
const leastGrowth_ms = 250
const leastGrowth_share = 0.02

/** One entry per second in which a queue was looked at. */
export function backlogSeconds(rows: readonly PartSecond[]): BacklogSecond[] {
  const queues = rows.filter((row) => row.queue_depth !== undefined)
  return [...Map.groupBy(queues, ({ second }) => second)].map(([second, own]) => ({
    second,
    messages: own.reduce(
      (sum, row) => sum + (row.queue_depth ?? 0) + (row.queue_in_flight ?? 0),
      0,
    ),
    oldest_ms: Math.max(...own.map((row) => row.queue_oldest_age_ms ?? 0)),
  }))
}

/** Holds, fails or is inconclusive, from the rows of the parts in the seconds that count. */
export function judgeBacklog(
  check: BacklogCheck,
  rows: readonly PartSecond[],
): { readonly verdict: Verdict; readonly why: string; readonly share: string } {
  const seconds = backlogSeconds(rows)
  const words = checkWords(check)
  if (seconds.length < 3) {
    const share = `a queue was looked at ${seconds.length} times, 3 needed`
    return { verdict: 'inconclusive', why: `${words}: ${share}`, share }
  }
  const judged =
    check.oldest_below_ms === undefined ? growth(seconds) : age(seconds, check.oldest_below_ms)
  return { ...judged, why: `${words}: ${judged.share}` }
}

function growth(seconds: readonly BacklogSecond[]): { verdict: Verdict; share: string } {
  const grown_ms = slope(seconds) * seconds.length
  const allowed_ms = Math.max(leastGrowth_ms, leastGrowth_share * seconds.length * 1_000)
  const verdict: Verdict =
    grown_ms <= allowed_ms ? 'holds' : grown_ms > 2 * allowed_ms ? 'fails' : 'inconclusive'
  const [first, last] = [seconds[0]?.messages ?? 0, seconds.at(-1)?.messages ?? 0]
  const share = `the oldest message got ${whole(grown_ms)} ms older in ${seconds.length} s (${first} → ${last} messages)`
  return { verdict, share }
}

function age(
  seconds: readonly BacklogSecond[],
  below_ms: number,
): { verdict: Verdict; share: string } {
  const late = seconds.filter(({ oldest_ms }) => oldest_ms >= below_ms).length
  const oldest_ms = Math.max(...seconds.map((second) => second.oldest_ms))
  const share = `the oldest message was ${whole(oldest_ms)} ms old, ${late} of ${seconds.length} s too old`
  // One second is one look at a sawtooth: it shows nothing yet.
  const verdict: Verdict = late === 0 ? 'holds' : late > 1 ? 'fails' : 'inconclusive'
  return { verdict, share }
}

/** Milliseconds that the oldest message got older per second. */
function slope(seconds: readonly BacklogSecond[]): number {
  const slopes = seconds.flatMap((later, n) =>
    seconds
      .slice(0, n)
      .map((earlier) => (later.oldest_ms - earlier.oldest_ms) / (later.second - earlier.second)),
  )
  return median(slopes)
}

/** How a backlog went away: from its highest until a tenth of it was left. */
export interface Drain {
  readonly from_second: number
  /** At its highest. */
  readonly messages: number
  /** Null: it had not drained when the record ended. */
  readonly seconds: number | null
  /** Messages per second by which it shrank, whatever arrived meanwhile; null when it did not. */
  readonly shrinks_per_second: number | null
}

/** The largest backlog of a run and how it drained; null when nothing worth telling had piled up. */
export function largestDrain(
  rows: readonly PartSecond[],
  { least_messages = 20 }: { least_messages?: number } = {},
): Drain | null {
  const seconds = backlogSeconds(rows)
  const peak = seconds.reduce<BacklogSecond | null>(
    (highest, one) => (highest === null || one.messages > highest.messages ? one : highest),
    null,
  )
  if (peak === null || peak.messages < least_messages) return null
  const { second: from_second, messages } = peak
  const end = seconds.find((one) => one.second > from_second && one.messages <= messages / 10)
  const until = end ?? seconds.at(-1) ?? peak
  const elapsed = until.second - from_second
  const shrunk = (messages - until.messages) / elapsed
  return {
    from_second,
    messages,
    seconds: end === undefined ? null : elapsed,
    shrinks_per_second: elapsed > 0 && shrunk > 0 ? shrunk : null,
  }
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-GB')
}
