// Many tabs, each with a connection of its own and mostly idle: what one costs, and that a setup's work reaches
// it through the engine's process.

import { expect, test } from 'vitest'
import type { SampleBatch } from '@plimsoll/record'
import { engineFor } from './measured.ts'
import { startTabServer } from './tab-server.ts'
import { tabsOpened } from './workloads.ts'

const never = new AbortController().signal
const play = {
  from: 'phase',
  phase: 'tabs',
  level: 1,
  duration: 1,
  first_session: 0,
  second: 0,
} as const

/** What an idle session with a connection of its own may cost in the engine's process. */
const bytesPerTab = 15_000

test('an open tab keeps its own connection for its life and costs little', async () => {
  await using server = await startTabServer()
  const batches: SampleBatch[] = []
  const target = { workload: 'openTabs', targets: [server.url] }
  await using engine = await engineFor(target, (batch) => batches.push(batch))
  await engine.setUp(never)
  const before = await server.seen()
  expect(before.tokens).toBe(50)
  const { next_session: opened } = await engine.play(play)
  const highest = Math.max(...batches.map(({ sessions }) => sessions.alive))
  const idle = batches.at(0)?.health[0]?.memory_bytes ?? 0
  const full = Math.max(...batches.map(({ health }) => health[0]?.memory_bytes ?? 0))
  await engine.drain({ within_ms: 10_000 })
  const after = await server.seen()
  expect(opened).toBeGreaterThan(0.99 * tabsOpened)
  expect(highest).toBe(opened)
  expect(after.connections - before.connections).toBe(opened)
  expect(after.polls).toBe(2 * opened)
  // Each poll carried a token that the setup had made.
  expect(after.strangers).toBe(0)
  console.info(`${tabsOpened} tabs: ${Math.round((full - idle) / tabsOpened)} bytes each`)
  expect((full - idle) / tabsOpened).toBeLessThan(bytesPerTab)
})

test('a setup that is refused ends the engine’s start with the request that was', async () => {
  await using server = await startTabServer({ refusesTokens: true })
  await using engine = await engineFor({ workload: 'openTabs', targets: [server.url] }, () => {})
  await expect(engine.setUp(never)).rejects.toMatchObject({
    code: 'setup-failed',
    message: expect.stringContaining('POST /tokens was answered 429 busy') as string,
  })
})

test('a setup ends at once when the run is interrupted', async () => {
  await using server = await startTabServer({ neverAnswers: true })
  await using engine = await engineFor({ workload: 'openTabs', targets: [server.url] }, () => {})
  const controller = new AbortController()
  const setUp = engine.setUp(controller.signal)
  controller.abort(new Error('interrupted'))
  await expect(setUp).rejects.toThrow('interrupted')
})
