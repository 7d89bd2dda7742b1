// The generator itself: what a request costs it beside other generators, what a waiting session costs, whether it
// sends when it says and reads what there is, and whether it notices that it was held back.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, type Results } from '../results.ts'
import { readRate, worstPercentileError } from './accuracy.ts'
import { connections, rates } from './bench-workload.ts'
import { startCountingServer, type CountingServer } from './counting-server.ts'
import { measureRounds, type Round } from './generators.ts'
import { limitGroups } from './limit-groups.ts'
import { readMemory } from './memory.ts'
import { startOurEngine } from './our-engine.ts'
import { installPeers, type Peer, type Scenario } from './peers.ts'
import { tryStalls, troubles } from './stalls.ts'
import { measureWorkers } from './workers.ts'

/** Ours ÷ theirs, at least. */
const floors: Readonly<Record<Scenario, Readonly<Record<string, number>>>> = {
  plain: { wrk: 0.55, autocannon: 1.2, k6: 5, locust: 10, artillery: 30 },
  script: { k6: 5 },
}

interface Sizes {
  readonly rounds: number
  readonly window: { readonly settle_ms: number; readonly counted_ms: number }
  /** Null: all of them. */
  readonly peers: readonly string[] | null
  readonly sessions: number
  readonly rateSeconds: number
  readonly trials: number
  readonly workerRounds: number
  readonly values: number
}

const whole: Sizes = {
  rounds: 10,
  window: { settle_ms: 2_000, counted_ms: 5_000 },
  peers: null,
  sessions: 10_000,
  rateSeconds: 20,
  trials: 25,
  workerRounds: 5,
  values: 1_000_000,
}
const small: Sizes = {
  rounds: 2,
  window: { settle_ms: 1_000, counted_ms: 1_000 },
  peers: ['wrk', 'autocannon'],
  sessions: 2_000,
  rateSeconds: 3,
  trials: 2,
  workerRounds: 1,
  values: 100_000,
}

type Row = Results['rows'][number]

export async function benchEngine({ smoke }: { smoke: boolean }): Promise<Results> {
  const sizes = smoke ? small : whole
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-bench-engine-'))
  stack.defer(() => rm(folder, { recursive: true }))
  const server = stack.use(await startCountingServer())
  const checked = await checkEngine(server)
  say(checked)
  const peers = await installPeers({ folder, only: sizes.peers })
  const rounds = await benchGenerators({ sizes, server, peers, say })
  const memory = await benchMemory({ sizes, server })
  say(JSON.stringify(memory.raw))
  const accuracy = await benchAccuracy({ sizes, server })
  say(JSON.stringify(accuracy.raw))
  const stalls = await benchStalls({ sizes, server })
  const workers = await benchWorkers({ sizes, server })
  say(JSON.stringify(workers.raw))
  return {
    name: 'engine',
    title: 'engine: the load generator itself',
    notes: [
      `Generators: ${connections} connections, closed loop, ${sizes.rounds} interleaved rounds of ${sizes.window.counted_ms / 1_000} s after one warm-up round and ${sizes.window.settle_ms / 1_000} s of each; medians.`,
      'Requests are counted by the server, CPU time is that of all processes of a generator, both over the same seconds. Of ours it is the engine’s process: the recorder stands in the bench and is not counted, which flatters ours.',
      'Ours is a TypeScript persona with a claim about each answer; its figures go to the recorder as always.',
      checked,
      ...absences(peers),
      ...stalls.notes,
    ],
    rows: [...rounds.rows, ...memory.rows, ...accuracy.rows, ...stalls.rows, ...workers.rows],
    raw: {
      rounds: rounds.raw,
      memory: memory.raw,
      accuracy: accuracy.raw,
      stalls: stalls.raw,
      workers: workers.raw,
    },
    software: versions(peers),
    smoke,
  }
}

/** What the engine counts is what the server counts, and no answer is anything but ok. */
async function checkEngine(server: CountingServer): Promise<string> {
  await using engine = await startOurEngine({ url: server.url })
  const told: string[] = []
  for (const scenario of ['plain', 'script'] as const) {
    const before = (await server.counted()).requests
    const { ok, notOk } = await engine.playPhase(scenario, { lasts_ms: 500 })
    const served = (await server.counted()).requests - before
    if (notOk > 0 || ok !== served || ok === 0) {
      throw new Error(
        `${scenario}: the engine counted ${ok} ok and ${notOk} not, the server ${served}`,
      )
    }
    told.push(`${ok} of ${scenario}`)
  }
  return `Checked: the server counted the same requests as the engine, ${told.join(' and ')}, all ok.`
}

async function benchGenerators({
  sizes,
  server,
  peers,
  say,
}: {
  readonly sizes: Sizes
  readonly server: CountingServer
  readonly peers: Readonly<Record<Scenario, readonly Peer[]>>
  readonly say: (line: string) => void
}): Promise<{ rows: Row[]; raw: Round[] }> {
  await using engine = await startOurEngine({ url: server.url })
  const raw: Round[] = []
  for (const scenario of ['plain', 'script'] as const) {
    const { rounds, window } = sizes
    const own = { scenario, rounds, window, server, engine, peers: peers[scenario], say }
    raw.push(...(await measureRounds(own)))
  }
  return {
    rows: (['plain', 'script'] as const).flatMap((scenario) => ratioRows(scenario, raw)),
    raw,
  }
}

/** Medians of each generator, and the median of the ratios round by round. */
function ratioRows(scenario: Scenario, raw: readonly Round[]): Row[] {
  const of = (by: string) => raw.filter((round) => round.scenario === scenario && round.by === by)
  const ours = of('plimsoll')
  return [...new Set(raw.map(({ by }) => by))].flatMap((by) => {
    const theirs = of(by)
    if (theirs.length === 0) return []
    const value = Math.round(median(theirs.map(({ per_cpu_second }) => per_cpu_second)))
    const ratio = median(
      theirs.map(({ round, per_cpu_second }) => {
        const own = ours.find((one) => one.round === round)?.per_cpu_second ?? NaN
        return own / per_cpu_second
      }),
    )
    const floor = floors[scenario][by]
    const measure = `${scenario}: requests per CPU-second, ${by}`
    const goal = floor === undefined ? '' : `ours ≥ ${floor} ×`
    const ours_to_it = by === 'plimsoll' ? '' : `${ratio.toFixed(3)} ×`
    return [
      row({
        measure,
        value: `${value}`,
        beside: ours_to_it,
        goal,
        reached: floor === undefined ? null : ratio >= floor,
      }),
    ]
  })
}

async function benchMemory({ sizes, server }: { sizes: Sizes; server: CountingServer }) {
  await using engine = await startOurEngine({ url: server.url })
  const raw = await readMemory({ sessions: sizes.sessions, engine, server })
  const kilobytes = raw.per_session_bytes / 1_024
  const megabytes = raw.all_bytes / 2 ** 20
  const rows = [
    row({
      measure: `an idle session with its own connection, of ${raw.sessions}`,
      value: `${kilobytes.toFixed(1)} KB`,
      goal: '≤ 15 KB',
      reached: kilobytes <= 15,
    }),
    row({
      measure: `${raw.sessions} idle sessions, the engine’s process`,
      value: `${megabytes.toFixed(0)} MB`,
      goal: '≤ 250 MB for 10,000',
      reached: megabytes <= 250,
    }),
  ]
  return { rows, raw }
}

async function benchAccuracy({ sizes, server }: { sizes: Sizes; server: CountingServer }) {
  await using engine = await startOurEngine({ url: server.url })
  const raw = []
  const rows: Row[] = []
  for (const rate of rates) {
    const read = await readRate(rate, { seconds: sizes.rateSeconds, engine, server })
    raw.push(read)
    const percents = (share: number) => `${(share * 100).toFixed(2)} %`
    const { off_share, worst_second_share, lateness_p50_us, lateness_p99_us, cpu_share } = read
    const of = (measure: string, value: string, goal: string, reached: boolean | null) =>
      rows.push(row({ measure: `${rate}/s: ${measure}`, value, goal, reached }))
    of('reached beside asked, by the server', percents(off_share), '≤ 0.1 %', off_share <= 0.001)
    of('in its worst second', percents(worst_second_share), '≤ 1 %', worst_second_share <= 0.01)
    of('send lateness p50', `${lateness_p50_us.toFixed(0)} µs`, '≤ 150 µs', lateness_p50_us <= 150)
    of(
      'send lateness p99',
      `${lateness_p99_us.toFixed(0)} µs`,
      '≤ 1000 µs',
      lateness_p99_us <= 1_000,
    )
    const isFirst = rate === rates[0]
    of(
      'CPU, cores',
      percents(cpu_share),
      isFirst ? '≤ 15 %' : '',
      isFirst ? cpu_share <= 0.15 : null,
    )
  }
  const error = worstPercentileError({ values: sizes.values })
  rows.push(
    row({
      measure: 'worst percentile against sorted values, 10 µs to 60 s',
      value: `${(error * 100).toFixed(3)} %`,
      goal: '≤ 0.5 %',
      reached: error <= 0.005,
    }),
  )
  return { rows, raw }
}

async function benchStalls({ sizes, server }: { sizes: Sizes; server: CountingServer }) {
  using limits = limitGroups(1)
  await using engine = await startOurEngine({ url: server.url })
  const { trials, unlimited } = await tryStalls({ count: sizes.trials, engine, limits })
  const rows = troubles.flatMap((trouble) => {
    const own = trials.filter((trial) => trial.trouble === trouble)
    if (own.length === 0) return []
    const flagged = own.filter(({ codes }) => codes.length > 0).length
    const wanted = trouble === 'healthy' ? 0 : own.length
    const measure = `a generator that is ${trouble}: marked`
    const value = `${flagged} of ${own.length}`
    return [
      row({ measure, value, goal: `${wanted} of ${own.length}`, reached: flagged === wanted }),
    ]
  })
  const notes = unlimited === null ? [] : [`No CPU limits can be set here: ${unlimited}.`]
  return { rows, raw: trials, notes }
}

async function benchWorkers({ sizes, server }: { sizes: Sizes; server: CountingServer }) {
  const raw = await measureWorkers({ rounds: sizes.workerRounds, window: sizes.window, server })
  if (raw.unlimited !== null) return { rows: [], raw }
  const rows = [
    row({
      measure: 'two workers beside one, each held to a quarter of a core',
      value: `${raw.ratio.toFixed(2)} ×`,
      goal: '≥ 1.8 ×',
      reached: raw.ratio >= 1.8,
    }),
  ]
  return { rows, raw }
}

function row({
  measure,
  value,
  beside = '',
  goal,
  reached,
}: {
  readonly measure: string
  readonly value: string
  /** Ours divided by this one's. */
  readonly beside?: string
  readonly goal: string
  /** Null: nothing was asked for. */
  readonly reached: boolean | null
}): Row {
  const verdict = reached === null ? '' : reached ? 'reached' : 'not reached'
  return { measure, value, 'ours ÷ it': beside, goal, verdict }
}

function all(peers: Readonly<Record<Scenario, readonly Peer[]>>): Peer[] {
  return [...new Set([...peers.plain, ...peers.script])]
}

function absences(peers: Readonly<Record<Scenario, readonly Peer[]>>): string[] {
  return all(peers).flatMap((peer) =>
    'absent' in peer ? [`Left out: ${peer.name}, ${peer.absent}.`] : [],
  )
}

function versions(peers: Readonly<Record<Scenario, readonly Peer[]>>): string[] {
  return all(peers).flatMap((peer) => ('absent' in peer ? [] : [`${peer.name} ${peer.version}`]))
}
