// One instance of reviews with its database and the generator on the same machine, unlimited: GET list,
// GET meta and durable POST over all products, 64 connections, by our engine and by wrk in turns.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEngine, type Engine } from '@plimsoll/engine'
import { deploy, oneOfEach, prepareTemplate } from '@plimsoll/lab'
import { Recorder } from '@plimsoll/record'
import { Histogram } from '@plimsoll/statistics'
import reviews from '../../systems/reviews/system.ts'
import { products } from '../../systems/reviews/workload.ts'
import { median, type Results } from '../results.ts'
import { runWrk, type Measured } from '../wrk.ts'
import { body, connections } from './bench-workload.ts'
import { checkReviews } from './check-reviews.ts'
import { readCharacteristics } from './characteristics.ts'
import { wrkScript, type Call } from './wrk-script.ts'

const calls: readonly Call[] = ['list', 'meta', 'post']
const floors_per_second = { list: 10_000, meta: 10_000, post: 10_000 }
const p99Bound_ms = 50

interface Round extends Measured {
  readonly call: Call
  readonly by: 'plimsoll' | 'wrk'
  readonly round: number
}

export async function benchReviews({ smoke }: { smoke: boolean }): Promise<Results> {
  const rounds = smoke ? 1 : 5
  const seconds = smoke ? 2 : 8
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const templateFolders = await prepareTemplate({ system: reviews, seed: 1, onProgress: say })
  await using stack = new AsyncDisposableStack()
  const runFolder = await mkdtemp(join(tmpdir(), 'plimsoll-bench-'))
  stack.defer(() => rm(runFolder, { recursive: true }))
  const deployment = stack.use(
    await deploy({
      system: reviews,
      templateFolders,
      runFolder,
      limits: 'off',
      configuration: oneOfEach(reviews),
    }),
  )
  // Straight to the instance: the balancer would share the two cores.
  const url = deployment.instances.find(({ part }) => part === 'api')?.url ?? ''
  const bytes = await checkReviews(url)
  say(`correct; a list answers ${bytes.list} bytes on average, meta ${bytes.meta}`)
  const database = deployment.instances.find(({ part }) => part === 'database')?.url ?? ''
  const { answers, file } = await readCharacteristics({ database, folder: runFolder })
  process.env['PLIMSOLL_BENCH_CHARACTERISTICS'] = file
  const recorder = new Recorder()
  const engine = stack.use(
    await startEngine({
      source: {
        file: join(import.meta.dirname, 'bench-workload.ts'),
        select: 'bench',
        kind: 'workload',
      },
      targets: [url],
      seed: 1,
      onBatch: (batch) => recorder.absorb(batch),
      onTrouble: (error) => say(error.message),
    }),
  )
  const measured = await measureRounds({ rounds, seconds }, async (call, place) => {
    const ours = await runOurs(engine, { recorder, call, ...place })
    const script = wrkScript({ call, products, body, answers })
    const wrks = await runWrk({ url, script, seconds, connections })
    const beside = wrks === undefined ? 'not installed' : told(wrks)
    say(`round ${place.round} ${call}: plimsoll ${told(ours)}; wrk ${beside}`)
    return { ours, wrks }
  })
  await engine.close()
  await checkReviews(url)
  return {
    name: 'reviews',
    title: 'reviews: one instance, database and generator on the same cores',
    notes: [
      `${products} products, ids spread over all of them, ${connections} connections, closed loop, ${rounds} interleaved rounds of ${seconds} s after one warm-up round; medians.`,
      'A POST has the answers to all characteristics of its product, and one in five a photo.',
      `An average list answers ${bytes.list} bytes. POST is durable: fsync and synchronous_commit are on.`,
      `Floors: ${JSON.stringify(floors_per_second)} per second at p99 ≤ ${p99Bound_ms} ms.`,
    ],
    rows: summarise(measured),
    raw: measured,
    software: deployment.software,
    smoke,
  }
}

/** Round 0 warms compilers and caches up and is not kept. */
async function measureRounds(
  { rounds, seconds }: { rounds: number; seconds: number },
  measure: (
    call: Call,
    place: { round: number; seconds: number },
  ) => Promise<{ ours: Measured; wrks: Measured | undefined }>,
): Promise<Round[]> {
  const measured: Round[] = []
  for (let round = 0; round <= rounds; round += 1) {
    for (const call of calls) {
      const { ours, wrks } = await measure(call, { round, seconds })
      if (round === 0) continue
      measured.push({ call, by: 'plimsoll', round, ...ours })
      if (wrks !== undefined) measured.push({ call, by: 'wrk', round, ...wrks })
    }
  }
  return measured
}

function summarise(measured: readonly Round[]): Record<string, string | number>[] {
  return calls.flatMap((call) =>
    (['plimsoll', 'wrk'] as const).flatMap((by) => {
      const rounds = measured.filter((round) => round.call === call && round.by === by)
      if (rounds.length === 0) return []
      const per_second = Math.round(median(rounds.map((round) => round.per_second)))
      const p99_ms = Number(median(rounds.map((round) => round.p99_ms)).toFixed(1))
      const not_ok = rounds.reduce((sum, round) => sum + round.not_ok, 0)
      const reached = per_second >= floors_per_second[call] && p99_ms <= p99Bound_ms && not_ok === 0
      return [{ call, by, per_second, p99_ms, not_ok, floor: reached ? 'reached' : 'not reached' }]
    }),
  )
}

async function runOurs(
  engine: Engine,
  {
    recorder,
    call,
    seconds,
    round,
  }: { recorder: Recorder; call: Call; seconds: number; round: number },
): Promise<Measured> {
  const second = Math.ceil(engine.second() + 0.01)
  const first_session = (round * calls.length + calls.indexOf(call)) * 1_000_000
  const phase = { from: 'phase', phase: call, level: 1, duration: seconds } as const
  await engine.play({ ...phase, first_session, second })
  await engine.drain({ within_ms: 10_000 })
  const times = new Histogram()
  let notOk = 0
  const counted = recorder.seconds.slice(second + 1, second + seconds)
  for (const { actions } of counted) {
    for (const { response_time, failed, unknown, dropped } of actions.values()) {
      times.add(response_time)
      notOk += failed + unknown + dropped
    }
  }
  return {
    per_second: times.count / counted.length,
    p99_ms: times.quantile(0.99) / 1_000,
    not_ok: notOk,
  }
}

function told({ per_second, p99_ms, not_ok }: Measured): string {
  return `${Math.round(per_second)}/s, p99 ${p99_ms.toFixed(1)} ms, ${not_ok} not ok`
}
