import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Engine } from '@plimsoll/engine'
import { noTimings, Recorder } from '@plimsoll/record'
import type { Streams } from './command.ts'
import { LoadProgress } from './load-progress.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** What is written during `seconds` of a load with one action of 2 ms in each. */
function written(isTTY: boolean, seconds: number): string {
  let text = ''
  let now = 0
  const stream = { isTTY, columns: 60, write: (more: string) => ((text += more), true) }
  const recorder = new Recorder()
  const engine = { second: () => now } as unknown as Engine
  using progress = new LoadProgress({
    engine,
    recorder,
    stream: stream as unknown as Streams['stderr'],
    asked: () => '1 session/s',
  })
  for (; now < seconds; now += 1) {
    const action = { second: Uint32Array.of(now), action: Uint16Array.of(0) }
    recorder.absorb({
      at_second: now,
      new_actions: now === 0 ? ['GET /a'] : [],
      due: { count: 1, ...action, due: Uint32Array.of(1) },
      samples: {
        count: 1,
        ...action,
        outcome: Uint8Array.of(0),
        lateness_us: Uint32Array.of(0),
        service_us: Uint32Array.of(2_000),
      },
      timings: noTimings,
      reasons: [],
      sessions: {
        started: 1,
        ended: 0,
        cut_short: 0,
        dropped: 0,
        alive: 3,
        errors: [],
        lengths_ms: new Float64Array(0),
      },
      health: [],
    })
    vi.advanceTimersByTime(1_000)
  }
  progress.tell('Said.')
  return text
}

test('elsewhere than on a terminal there is a line every five seconds', () => {
  expect(written(false, 7)).toBe(
    '   0 s  : asked 1 session/s, 2 began; 1 actions/s, p50 2.0 ms, p99 2.0 ms, 0 not ok, 3 sessions\n' +
      '   5 s  : asked 1 session/s, 1 began; 1 actions/s, p50 2.0 ms, p99 2.0 ms, 0 not ok, 3 sessions\n' +
      'Said.\n',
  )
})

test('on a terminal a table is redrawn in place, and what is said stays above it', () => {
  const text = written(true, 3)
  const table = (second: number, began: number) =>
    `${`   ${second} s  : asked 1 session/s, ${began} began; 1 actions/s, p50 2.0 ms`.slice(0, 59)}\n` +
    '                  due     ok not ok  p50 ms  p99 ms\n' +
    '        GET /a      1      1      0     2.0     2.0\n'
  expect(text).toBe(`${table(0, 2)}\u001B[3A\u001B[J${table(1, 1)}\u001B[3A\u001B[JSaid.\n`)
})
