// What the console says about events and state, as plain text; colours and places come later.

import type {
  AlarmChanged,
  InvariantsChecked,
  LoadLineFound,
  SecondPassed,
  Stage,
  StepEnded,
  Verdict,
} from '@plimsoll/record'
import { count, counted, figure, interval, milliseconds, perSecond, estimated } from '../figures.ts'

/** What each stage is called. */
export const stageWords: Readonly<Record<Stage, string>> = {
  preparing: 'preparing data',
  deploying: 'deploying',
  'setting-up': 'setting up',
  'warming-up': 'warming up',
  searching: 'searching',
  repeating: 'repeating',
  'playing-phases': 'playing phases',
  'checking-invariants': 'checking invariants',
  'putting-away': 'putting away',
  judging: 'judging',
}

/** One sign per verdict, told apart without colour. */
export const verdictSigns: Readonly<Record<Verdict, string>> = {
  holds: '●',
  fails: '■',
  inconclusive: '◇',
}

/** `due 190/s, ok 189/s, failed 1/s`: outcomes that did not occur are left out. */
export function outcomeWords({ due, ok, failed, unknown, dropped }: SecondPassed): string {
  const others = Object.entries({ failed, unknown, dropped }).filter(([, value]) => value > 0)
  return [['due', due] as const, ['ok', ok] as const, ...others]
    .map(([name, value]) => `${name} ${count(value)}/s`)
    .join(', ')
}

/** `p50 12.1 ms, p99 84.2 ms`, of ok answers. */
export function quantileWords({ p50_ms, p99_ms }: SecondPassed): string {
  const words = (value: number | null) => (value === null ? 'none' : milliseconds(value))
  return `p50 ${words(p50_ms)}, p99 ${words(p99_ms)}`
}

/** `rung 31 at 190/s (1,520/s at full size) ● holds, p99 84.2 ms`. */
export function stepWords(step: StepEnded, scale: number): string {
  const { rung, actions_per_second, verdict, p99_ms } = step
  const full = scale === 1 ? '' : ` (${perSecond(actions_per_second * scale)} at full size)`
  return `rung ${rung} at ${perSecond(actions_per_second)}${full} ${verdictSigns[verdict]} ${verdict}, p99 ${milliseconds(p99_ms)}`
}

/** `1,612/s (1,539–1,676)`. One repeat tells none. */
export function lineWords({ per_second, final }: LoadLineFound): string {
  if (per_second === null) return final ? 'not found' : 'none so far'
  const words = `${estimated(per_second)}/s (${interval(per_second)})`
  return final ? words : `${words} so far`
}

/** Where a load line lies against what is expected. */
export function lineVerdict({ per_second }: LoadLineFound, expected: number): Verdict {
  if (per_second === null) return 'inconclusive'
  if (per_second.low > expected) return 'holds'
  return per_second.high < expected ? 'fails' : 'inconclusive'
}

/** Promises looked up and broken, in one line. */
export function invariantWords({ results }: InvariantsChecked): { sound: boolean; words: string } {
  const total = (key: 'examined' | 'lost' | 'doubled' | 'unexpected' | 'stale') =>
    results.reduce((sum, result) => sum + result[key], 0)
  const faults = (['lost', 'doubled', 'unexpected', 'stale'] as const).filter(
    (key) => total(key) > 0,
  )
  const examined = `${counted(total('examined'), 'promise')} looked up`
  const unexamined = results.find((result) => result.unexamined !== undefined)
  if (faults.length === 0 && unexamined !== undefined) {
    return { sound: false, words: `${unexamined.name} not examined: ${unexamined.unexamined}` }
  }
  return faults.length === 0
    ? { sound: true, words: `invariants hold: ${examined}` }
    : {
        sound: false,
        words: `invariants broken: ${faults.map((key) => `${count(total(key))} ${key}`).join(', ')} of ${examined}`,
      }
}

/** `asked 90.7 sessions/s`. */
export function askedWords({ asked_sessions_per_second }: SecondPassed): string {
  return `asked ${figure(asked_sessions_per_second)} sessions/s`
}

/** `second 42, alarm oldestMessage of queue: Look at the workers.` */
export function alarmWords({ second, name, part, on, remedy }: AlarmChanged): string {
  const what = `alarm ${name} of ${part}`
  return `second ${second}, ${on ? `${what}: ${remedy}` : `${what} is over`}`
}
