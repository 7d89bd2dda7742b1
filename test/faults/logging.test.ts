// kill -9 of each part of logging in the middle of load: what was accepted is stored, once, and all of it recovers by
// itself. `npm run faults -- logging --seeds 10` plays more seeds.

import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { killable, openFaultGround, playStory, type FaultGround } from './logging/fault-story.ts'

const seed = 1
let ground: FaultGround

beforeAll(async () => {
  ground = await openFaultGround()
})
afterAll(() => ground?.[Symbol.asyncDispose]())

test.for(killable)(
  'kill -9 of the %s in the middle of load: accepted = stored, nothing twice',
  async (fault) => {
    onTestFailed(() => void process.stderr.write(`seed ${seed}\n`))
    const evidence = await playStory(ground, { fault, seed })
    expect(evidence).toMatchObject({
      lost: 0,
      doubled: 0,
      unexpected: 0,
      dead: 0,
      pid_changed: true,
    })
    expect(evidence.accepted).toBeGreaterThan(300)
    expect(evidence.under_way).toBeGreaterThanOrEqual(3)
    // The database and the worker may die without anybody who sends records noticing.
    const isNoticed = evidence.unknown + evidence.refused > 0
    expect(isNoticed).toBe(fault === 'api' || fault === 'queue')
  },
)
