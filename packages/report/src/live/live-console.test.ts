import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fixtureEvents } from '../fixture/fixture-events.ts'
import { LiveConsole } from './live-console.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

interface Told {
  readonly writes: string[]
  /** Fake milliseconds at each write. */
  readonly at_ms: number[]
}

/** Plays the fixture's events with their pauses and returns all that was written. */
async function told(
  stream: { isTTY: boolean; columns?: number; rows?: number },
  environment: Record<string, string> = {},
): Promise<Told> {
  const writes: string[] = []
  const at_ms: number[] = []
  const write = (text: string) => {
    writes.push(text)
    at_ms.push(performance.now())
  }
  using live = new LiveConsole({
    stream: { ...stream, write },
    environment,
    now: () => performance.now(),
  })
  for (const { after_seconds, event } of fixtureEvents()) {
    await vi.advanceTimersByTimeAsync(after_seconds * 1_000)
    live.listen(event)
  }
  return { writes, at_ms }
}

/** What a terminal shows and has scrolled away after these writes: understands what the console uses. */
function screen(text: string): string[] {
  const lines = ['']
  let row = 0
  for (const [token] of visible(text).matchAll(/␛\[\d*[A-Zm]|\r|\n|[^␛\r\n]+/g)) {
    const up = /^␛\[(\d+)A$/.exec(token)
    if (up !== null) row -= Number(up[1])
    else if (token === '␛[J') lines.splice(row, Infinity, '')
    else if (token === '\n') {
      row += 1
      lines[row] ??= ''
    } else if (!/^[␛\r]/.test(token)) lines[row] = token
  }
  return lines.slice(0, row + 1)
}

/** Escape characters made visible, also for golden files. */
function visible(text: string): string {
  return text.replaceAll('\u001b', '␛')
}

test('where there is no terminal, the transcript is exactly the golden file', async () => {
  const { writes } = await told({ isTTY: false })
  await expect(writes.join('')).toMatchFileSnapshot('../golden/console-log.txt')
})

test('on a terminal, all that is written is exactly the golden file', async () => {
  const { writes } = await told({ isTTY: true, columns: 90, rows: 30 })
  await expect(visible(writes.join(''))).toMatchFileSnapshot('../golden/console-terminal.txt')
})

test('when it is over only what lasts is left on the terminal', async () => {
  const { writes } = await told({ isTTY: true, columns: 200, rows: 30 }, { NO_COLOR: '1' })
  expect(screen(writes.join(''))).toEqual([
    'limits: CPU by cgroups v1, period 10 ms',
    'single: second 41, alarm apiCpu of api: Add instances.',
    'single: second 44, alarm apiCpu of api is over',
    'single: ■ load line 871/s (842–899), projected from 1:8',
    'horizontal: ● load line 2,960/s (2,830–3,080), projected from 1:8',
    'single: invariants hold: 1,412 promises looked up',
    'horizontal: ✕ invariants broken: 2 lost, 1 doubled of 1,398 promises looked up',
    '  review 7f2c of product 4411: acknowledged, not there',
    'horizontal: caveat: the generator used 97 % of its core (forbids “holds”)',
    '■ fails  Acknowledged data was lost: “horizontal” lost 2 of 1,398 reviews.',
    'report: records/reviews/2026-11-20T09-10/report.html',
    '',
  ])
})

test('NO_COLOR leaves colours out, and a dumb terminal gets plain lines', async () => {
  const plain = await told({ isTTY: true, columns: 90 }, { NO_COLOR: '1' })
  expect(visible(plain.writes.join(''))).not.toMatch(/␛\[\d*m/)
  const dumb = await told({ isTTY: true, columns: 90 }, { TERM: 'dumb' })
  expect(dumb.writes.join('')).not.toContain('\u001b')
})

test('no line is wider than the terminal and no block higher', async () => {
  const { writes } = await told({ isTTY: true, columns: 40, rows: 6 })
  for (const written of writes) {
    const lines = visible(written)
      .replaceAll(/␛\[\d*[A-Zm]|\r/g, '')
      .split('\n')
    for (const line of lines) expect(Array.from(line).length).toBeLessThan(40)
  }
  const ups = visible(writes.join('')).matchAll(/␛\[(\d+)A/g)
  for (const [, lines] of ups) expect(Number(lines)).toBeLessThan(6)
})

test('a thousand events in a second are drawn ten times, and the last one is seen', async () => {
  const writes: string[] = []
  using live = new LiveConsole({
    stream: { isTTY: true, columns: 90, rows: 30, write: (text) => writes.push(text) },
    environment: {},
    now: () => performance.now(),
  })
  const events = fixtureEvents().map(({ event }) => event)
  live.listen(events[0]!)
  const second = events.find(({ kind }) => kind === 'second')
  if (second?.kind !== 'second') throw new Error('the fixture has no second')
  for (let n = 1; n <= 1_000; n += 1) {
    await vi.advanceTimersByTimeAsync(1)
    live.listen({ ...second, due: n })
  }
  await vi.advanceTimersByTimeAsync(100)
  expect(writes.length).toBeGreaterThan(5)
  expect(writes.length).toBeLessThanOrEqual(20)
  expect(writes.at(-1)).toContain('due 1,000/s')
})

test('time goes on while nothing happens', async () => {
  const writes: string[] = []
  using live = new LiveConsole({
    stream: { isTTY: true, columns: 90, rows: 30, write: (text) => writes.push(text) },
    environment: {},
    now: () => performance.now(),
  })
  live.listen(fixtureEvents()[0]!.event)
  await vi.advanceTimersByTimeAsync(65_000)
  expect(writes.at(-1)).toContain('1 min 05 s elapsed, about 5 min 55 s left')
})

test('a name cannot send escape sequences to the terminal', () => {
  const writes: string[] = []
  using live = new LiveConsole({
    stream: { isTTY: false, write: (text) => writes.push(text) },
    environment: {},
    now: () => 0,
  })
  live.listen({ kind: 'note', text: 'a\u001b[2Jb\u0007\nc' })
  expect(writes.join('')).toBe('00:00  a [2Jb c\n')
})

test('without a terminal, details of one stage are told every other second at most', () => {
  const writes: string[] = []
  let now_ms = 0
  using live = new LiveConsole({
    stream: { isTTY: false, write: (text) => writes.push(text) },
    environment: {},
    now: () => now_ms,
  })
  const stage = { kind: 'stage', stage: 'preparing', configuration: null, repeat: null } as const
  for (; now_ms < 10_000; now_ms += 100) {
    live.listen({ ...stage, detail: `${now_ms} rows`, remaining_seconds: null })
  }
  live.listen({ ...stage, stage: 'deploying', detail: 'api', remaining_seconds: null })
  expect(writes.map((line) => line.slice(7, -1))).toEqual([
    'preparing data: 0 rows',
    'preparing data: 2000 rows',
    'preparing data: 4000 rows',
    'preparing data: 6000 rows',
    'preparing data: 8000 rows',
    'deploying: api',
  ])
})
