// One instance of reviews with its database and the generator on the same machine, unlimited: GET list,
// GET meta and durable POST over all products, by our engine and by wrk in turns.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deploy, oneOfEach, prepareTemplate, type Deployment } from '@plimsoll/lab'
import reviews from '../../systems/reviews/system.ts'
import { products } from '../../systems/reviews/workload.ts'
import { startLoad, told, type Load } from '../load.ts'
import { cpuMedians, cpuWords, playMetered, type CpuPerRequest } from '../processor-time.ts'
import { median, type Results } from '../results.ts'
import { runWrk, type Measured } from '../wrk.ts'
import { bench, body, connectionsOf, type Call } from './bench-workload.ts'
import { checkReviews } from './check-reviews.ts'
import { readCharacteristics } from './characteristics.ts'
import { wrkScript } from './wrk-script.ts'

const calls: readonly Call[] = ['list', 'meta', 'post', 'posts']
const floor_per_second = 10_000
const p99Bound_ms = 50

interface Round extends Measured {
  readonly call: Call
  readonly by: 'plimsoll' | 'wrk'
  readonly round: number
  /** Of the server's parts and of our generator; wrk's rounds have none. */
  readonly cpu_us: CpuPerRequest
}

export async function benchReviews({ smoke }: { smoke: boolean }): Promise<Results> {
  const rounds = smoke ? 1 : 5
  const seconds = smoke ? 3 : 8
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
  const source = { file: join(import.meta.dirname, 'bench-workload.ts'), select: 'bench' }
  const load = stack.use(await startLoad({ ...source, workload: bench }, { url, say }))
  const wrkOf = (call: Call) => {
    const script = wrkScript({ call, products, body, answers })
    return runWrk({ url, script, seconds, connections: connectionsOf[call] })
  }
  const measured = await measureRounds(load, { rounds, seconds, deployment, wrkOf, say })
  await checkReviews(url)
  return {
    name: 'reviews',
    title: 'reviews: one instance, database and generator on the same cores',
    notes: [
      `${products} products, ids spread over all of them, closed loop of so many connections: ${JSON.stringify(connectionsOf)}; ${rounds} interleaved rounds of ${seconds} s after one warm-up round; medians. CPU: microseconds of each part for one request.`,
      'A POST has the answers to all characteristics of its product, and one in five a photo.',
      `An average list answers ${bytes.list} bytes. POST is durable: fsync and synchronous_commit are on.`,
      `Floors: ${floor_per_second} per second of each at p99 ≤ ${p99Bound_ms} ms.`,
    ],
    rows: summarise(measured),
    raw: measured,
    software: deployment.software,
    smoke,
  }
}

/** Round 0 warms compilers and caches up and is not kept. */
async function measureRounds(
  load: Load,
  options: {
    rounds: number
    seconds: number
    deployment: Deployment
    wrkOf: (call: Call) => Promise<Measured | undefined>
    say: (line: string) => void
  },
): Promise<Round[]> {
  const { rounds, seconds, deployment, wrkOf, say } = options
  const measured: Round[] = []
  for (let round = 0; round <= rounds; round += 1) {
    for (const [n, call] of calls.entries()) {
      const first_session = (round * calls.length + n) * 1_000_000
      const ours = await playMetered(load, { deployment, phase: call, seconds, first_session })
      const wrks = await wrkOf(call)
      const beside = wrks === undefined ? 'not installed' : told(wrks)
      say(`round ${round} ${call}: ${told(ours)}; ${cpuWords(ours.cpu_us)}; wrk ${beside}`)
      if (round === 0) continue
      measured.push({ call, by: 'plimsoll', round, ...ours })
      if (wrks !== undefined) measured.push({ call, by: 'wrk', round, cpu_us: {}, ...wrks })
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
      const isReached = per_second >= floor_per_second && p99_ms <= p99Bound_ms && not_ok === 0
      const cpu = cpuWords(cpuMedians(rounds.map(({ cpu_us }) => cpu_us)))
      const floor = isReached ? 'reached' : 'not reached'
      return [{ call, by, per_second, p99_ms, not_ok, cpu, floor }]
    }),
  )
}
