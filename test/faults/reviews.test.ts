// kill -9 in the middle of writes: what was acknowledged is there, once, and the service recovers by itself.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFailed, test } from 'vitest'
import { startEngine, type Engine } from '@plimsoll/engine'
import {
  checkInvariants,
  deploy,
  isKept,
  oneOfEach,
  prepareTemplate,
  type Deployment,
} from '@plimsoll/lab'
import { readLedger, Recorder } from '@plimsoll/record'
import reviews from '../../systems/reviews/system.ts'

const seed = 1
const writing = { from: 'phase', phase: 'writing', level: 1, duration: 1 } as const
const faultAfter_ms = 2_000
const fewestUnderWay = 3
const downFor_ms = 1_500

interface Story {
  readonly deployment: Deployment
  readonly recorder: Recorder
  /** Actions that had been sent and not answered when the fault came. */
  readonly underWay: number
  readonly ledgerFile: string
}

/** Plays writes, calls `fault` in their middle, and hands over what was left. */
async function play(
  fault: (deployment: Deployment) => Promise<void>,
  look: (story: Story) => Promise<void>,
): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-fault-'))
  stack.defer(() => rm(folder, { recursive: true }))
  const templateFolders = await prepareTemplate({ system: reviews, seed })
  const deployment = stack.use(
    await deploy({
      system: reviews,
      templateFolders,
      runFolder: folder,
      limits: 'off',
      configuration: oneOfEach(reviews),
    }),
  )
  const recorder = new Recorder()
  const ledgerFile = join(folder, 'ledger.ndjson')
  const engine = stack.use(
    await startEngine({
      source: { file: join(import.meta.dirname, 'writes.ts'), select: 'writes', kind: 'workload' },
      targets: [deployment.url],
      seed,
      ledgerFile,
      onBatch: (batch) => recorder.absorb(batch),
      onTrouble: (error) => {
        throw error
      },
    }),
  )
  const playing = engine.play({ ...writing, first_session: 1, second: 1 })
  await sleep(faultAfter_ms)
  const underWay = await waitForWrites(engine)
  await fault(deployment)
  await playing
  await engine.close()
  await look({ deployment, recorder, underWay, ledgerFile })
}

/** The fault is to fall on actions that are under way: waits for a moment with several. */
async function waitForWrites(engine: Engine): Promise<number> {
  const deadline = performance.now() + 5_000
  for (;;) {
    const underWay = await engine.underWay()
    if (underWay >= fewestUnderWay || performance.now() > deadline) return underWay
  }
}

async function expectNothingLost({ deployment, ledgerFile }: Story): Promise<void> {
  const results = await checkInvariants({
    system: reviews,
    deployment,
    ledgerFile,
    seed,
    drained: true,
  })
  expect(results.filter((one) => !isKept(one))).toEqual([])
  for (const { examined } of results) expect(examined).toBeGreaterThan(0)
  const outcomes = Map.groupBy(await readLedger(ledgerFile), ({ outcome }) => outcome)
  expect(outcomes.get('ok')?.length).toBeGreaterThan(300)
}

/** Answers in the last two seconds of the load, when everything is long up again. */
function okAtTheEnd({ recorder }: Story): number {
  const last = recorder.seconds.filter(({ actions }) => actions.size > 0).slice(-3, -1)
  const actions = last.flatMap((second) => [...second.actions.values()])
  const sum = (name: 'ok' | 'due') => actions.reduce((total, action) => total + action[name], 0)
  return sum('ok') / sum('due')
}

function refusals({ recorder }: Story, pattern: RegExp): number {
  return recorder.reasons
    .filter(({ reason }) => pattern.test(reason))
    .reduce((sum, { count }) => sum + count, 0)
}

test('kill -9 of the API in the middle of writes loses nothing that was acknowledged', async () => {
  onTestFailed(() => void process.stderr.write(`seed ${seed}\n`))
  let [before, after] = [0, 0]
  await play(
    async (deployment) => {
      before = deployment.instances.find(({ part }) => part === 'api')!.pid
      await deployment.kill({ part: 'api', instance: 0, signal: 'SIGKILL' })
      await sleep(downFor_ms)
      await deployment.restart({ part: 'api', instance: 0 })
      after = deployment.instances.find(({ part }) => part === 'api')!.pid
    },
    async (story) => {
      expect(after).not.toBe(before)
      expect(story.underWay).toBeGreaterThanOrEqual(fewestUnderWay)
      expect(refusals(story, /503/)).toBeGreaterThan(0)
      expect(okAtTheEnd(story)).toBe(1)
      await expectNothingLost(story)
    },
  )
})

test('kill -9 of the database in the middle of writes: 503 meanwhile, recovery by itself, nothing lost', async () => {
  onTestFailed(() => void process.stderr.write(`seed ${seed}\n`))
  let [apiBefore, apiAfter, databaseBefore, databaseAfter] = [0, 0, 0, 0]
  const pidOf = (deployment: Deployment, name: string) =>
    deployment.instances.find(({ part }) => part === name)!.pid
  await play(
    async (deployment) => {
      apiBefore = pidOf(deployment, 'api')
      databaseBefore = pidOf(deployment, 'database')
      await deployment.kill({ part: 'database', instance: 0, signal: 'SIGKILL' })
      await sleep(downFor_ms)
      await deployment.restart({ part: 'database', instance: 0 })
      apiAfter = pidOf(deployment, 'api')
      databaseAfter = pidOf(deployment, 'database')
    },
    async (story) => {
      expect(databaseAfter).not.toBe(databaseBefore)
      expect(apiAfter).toBe(apiBefore)
      expect(story.underWay).toBeGreaterThanOrEqual(fewestUnderWay)
      expect(refusals(story, /503/)).toBeGreaterThan(0)
      expect(okAtTheEnd(story)).toBe(1)
      await expectNothingLost(story)
    },
  )
})
