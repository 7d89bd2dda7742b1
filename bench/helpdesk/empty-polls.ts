// How many empty polls one instance answers: the combined poll and the three published ones, by our engine and
// by wrk in turns, over as many people as there are open tabs; and a bare server in the same rounds.

import { join } from 'node:path'
import { readMetrics } from '../read-metrics.ts'
import { median } from '../results.ts'
import { runWrk, type Measured } from '../wrk.ts'
import { startBareServer } from './bare-server.ts'
import { connections, polls } from './bench-workload.ts'
import { figuresOf, playPhase, startLoad, told, type Figures, type Load } from '../load.ts'
import { wrkScript, type Call } from './wrk-script.ts'

const calls: readonly Call[] = ['combined', 'published']

/** One call by one generator in one round. */
export interface PollRound extends Figures {
  readonly call: Call
  readonly by: 'plimsoll' | 'wrk'
  readonly round: number
  /** Of the combined polls that the instance counted. */
  readonly share_of_304: number | null
  /** Statements that a thousand polls caused; what the instance asks by itself is not among them. */
  readonly statements_per_1000: number
}

export interface EmptyPolls {
  readonly polls: readonly PollRound[]
  /** Empty when wrk is not installed. */
  readonly bare: readonly Measured[]
}

export interface EmptyPollsOptions {
  readonly url: string
  /** The tabs that `preparePeople` wrote. */
  readonly file: string
  readonly rounds: number
  readonly seconds: number
  readonly say: (line: string) => void
}

/** Round 0 warms compilers and caches up and is not kept. */
export async function measureEmptyPolls(options: EmptyPollsOptions): Promise<EmptyPolls> {
  const { url, file, rounds, seconds, say } = options
  process.env['PLIMSOLL_BENCH_TABS'] = file
  const source = { file: join(import.meta.dirname, 'bench-workload.ts'), select: 'polls' }
  await using load = await startLoad({ ...source, workload: polls }, { url, say })
  await using bareServer = await startBareServer()
  const measured: PollRound[] = []
  const bare: Measured[] = []
  for (let round = 0; round <= rounds; round += 1) {
    for (const [n, call] of calls.entries()) {
      const first_session = (round * calls.length + n) * 1_000_000
      const ours = await counted(url, () => runOurs(load, { call, seconds, first_session }))
      const since = new Date(Date.now() - 5_000).toISOString()
      const script = wrkScript(call, { file, since })
      const wrks = await counted(url, () => runWrk({ url, script, seconds, connections }))
      for (const [by, figures] of [['plimsoll', ours] as const, ['wrk', wrks] as const]) {
        if (figures === undefined) continue
        say(`round ${round} ${call} by ${by}: ${told(figures)}`)
        if (round > 0) measured.push({ call, by, round, ...figures })
      }
    }
    const figures = await runWrk({ url: bareServer.url, script: '', seconds, connections })
    if (figures === undefined) continue
    say(`round ${round} a bare node:http server by wrk: ${told(figures)}`)
    if (round > 0) bare.push(figures)
  }
  return { polls: measured, bare }
}

async function runOurs(
  load: Load,
  { call, ...rest }: { call: Call; seconds: number; first_session: number },
): Promise<Figures> {
  const figures = figuresOf(await playPhase(load, { phase: call, ...rest }))
  await load.engine.drain({ within_ms: 10_000 })
  return figures
}

/** What was measured, beside what the instance counted meanwhile. */
async function counted<Measured extends object>(
  url: string,
  measure: () => Promise<Measured | undefined>,
) {
  const before = await countersOf(url)
  const measured = await measure()
  const after = await countersOf(url)
  if (measured === undefined) return undefined
  const more = (name: keyof typeof before) => after[name] - before[name]
  return {
    ...measured,
    share_of_304: more('combined') === 0 ? null : more('unchanged') / more('combined'),
    statements_per_1000: (more('statements') / more('polls')) * 1_000,
  }
}

async function countersOf(url: string) {
  const lines = [...(await readMetrics(url))]
  const sum = (...prefixes: string[]) =>
    lines
      .filter(([name]) => prefixes.some((prefix) => name.startsWith(prefix)))
      .reduce((total, [, value]) => total + value, 0)
  const combined = 'http_requests_total{route="GET /api/updates"'
  return {
    combined: sum(combined),
    unchanged: sum(`${combined},status="304"`),
    polls: sum('http_requests_total{route="GET /api/'),
    statements: sum('coalesced_statements_total{'),
  }
}

/** Medians of the rounds, one row for each call and generator. */
export function pollRows(measured: readonly PollRound[], floor_per_second: number) {
  return calls.flatMap((call) =>
    (['plimsoll', 'wrk'] as const).flatMap((by) => {
      const rounds = measured.filter((round) => round.call === call && round.by === by)
      if (rounds.length === 0) return []
      const middle = (of: (round: PollRound) => number) => median(rounds.map(of))
      const per_second = Math.round(middle((round) => round.per_second))
      const share = middle((round) => round.share_of_304 ?? 0)
      const not_ok = rounds.reduce((sum, round) => sum + round.not_ok, 0)
      const statements = middle((round) => round.statements_per_1000).toFixed(2)
      const tags = call === 'combined' ? `${(share * 100).toFixed(1)} % 304, ` : ''
      return [
        {
          what: `empty polls, ${call}`,
          by,
          per_second,
          p99_ms: Number(middle((round) => round.p99_ms).toFixed(1)),
          not_ok,
          told: `${tags}${statements} statements caused by 1,000 polls, beside 10/s of the watch`,
          floor: per_second >= floor_per_second && not_ok === 0 ? 'reached' : 'not reached',
        },
      ]
    }),
  )
}
