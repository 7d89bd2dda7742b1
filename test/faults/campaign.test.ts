// kill -9 of an instance of the campaign in the middle of the rush: the balancer moves on, and every check-in that was
// acknowledged is there, once, in the posts, in the ledger and in the scores.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFailed, test } from 'vitest'
import { startEngine, type Engine } from '@plimsoll/engine'
import { checkInvariants, deploy, isKept, oneOfEach, prepareTemplate } from '@plimsoll/lab'
import { readLedger, Recorder } from '@plimsoll/record'
import campaign from '../../systems/campaign/system.ts'

const seed = 1
const instances = 4
const faultAfter_ms = 3_000
const fewestUnderWay = 3
const rushing = { from: 'phase', phase: 'rushing', level: 1, duration: 1 } as const

/** The fault is to fall on actions that are under way: waits for a moment with several. */
async function waitForActions(engine: Engine): Promise<number> {
  const deadline = performance.now() + 5_000
  for (;;) {
    const underWay = await engine.underWay()
    if (underWay >= fewestUnderWay || performance.now() > deadline) return underWay
  }
}

test('kill -9 of one of four instances in the rush loses no acknowledged check-in, and the others go on', async () => {
  onTestFailed(() => void process.stderr.write(`seed ${seed}\n`))
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-fault-'))
  stack.defer(() => rm(folder, { recursive: true }))
  const templateFolders = await prepareTemplate({ system: campaign, seed })
  const one = oneOfEach(campaign)
  const parts = one.parts.map((part) => (part.part === 'api' ? { ...part, instances } : part))
  const deployment = stack.use(
    await deploy({
      system: campaign,
      templateFolders,
      runFolder: folder,
      limits: 'off',
      configuration: { ...one, parts },
    }),
  )
  const recorder = new Recorder()
  const ledgerFile = join(folder, 'ledger.ndjson')
  const engine = stack.use(
    await startEngine({
      source: {
        file: join(import.meta.dirname, 'rush.ts'),
        select: 'lastMinute',
        kind: 'workload',
      },
      targets: [deployment.url],
      seed,
      ledgerFile,
      onBatch: (batch) => recorder.absorb(batch),
      onTrouble: (error) => {
        throw error
      },
    }),
  )
  const playing = engine.play({ ...rushing, first_session: 1, second: 1 })
  await sleep(faultAfter_ms)
  const underWay = await waitForActions(engine)
  const before = deployment.instances.filter(({ part }) => part === 'api').map(({ pid }) => pid)
  await deployment.kill({ part: 'api', instance: 1, signal: 'SIGKILL' })
  await playing
  await engine.close()

  expect(underWay).toBeGreaterThanOrEqual(fewestUnderWay)
  expect(() => process.kill(before[1] ?? 0, 0)).toThrow('ESRCH')
  // It stays dead: what is answered in the end the others answer.
  const last = recorder.seconds.filter(({ actions }) => actions.size > 0).slice(-4, -1)
  const actions = last.flatMap((second) => [...second.actions.values()])
  const sum = (name: 'ok' | 'due') => actions.reduce((total, action) => total + action[name], 0)
  expect(sum('ok') / sum('due')).toBeGreaterThan(0.99)
  const results = await checkInvariants({
    system: campaign,
    deployment,
    ledgerFile,
    seed,
    drained: true,
  })
  expect(results.filter((one) => !isKept(one))).toEqual([])
  const outcomes = Map.groupBy(await readLedger(ledgerFile), ({ outcome }) => outcome)
  expect(outcomes.get('ok')?.length).toBeGreaterThan(1_000)
})
