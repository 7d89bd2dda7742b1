// kill -9 of each part of messaging in the middle of load: per chat no gap, no duplicate, no reordering, nothing that was
// acknowledged is lost. `npm run faults -- messaging --seeds 10` plays more seeds.

import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { needs } from '../optional-part.ts'
import { killable, openFaultGround, playStory, type FaultGround } from './messaging/fault-story.ts'

const seed = 1
let ground: FaultGround

beforeAll(async () => {
  ground = await openFaultGround()
})
afterAll(() => ground?.[Symbol.asyncDispose]())

test.for(killable)(
  'kill -9 of the %s in the middle of load: every message once, in order, without gaps',
  async (fault, context) => {
    if (fault === 'discovery') needs('etcd', context)
    onTestFailed(() => void process.stderr.write(`seed ${seed}\n`))
    const evidence = await playStory(ground, { fault, seed })
    expect(evidence).toMatchObject({
      lost: 0,
      doubled: 0,
      unexpected: 0,
      gaps: 0,
      reordered: 0,
      disagreed: 0,
      pid_changed: true,
      is_missed: true,
    })
    expect(evidence.acknowledged).toBeGreaterThan(300)
    expect(evidence.under_way).toBeGreaterThanOrEqual(3)
    // What was under way through the edge was unknown, and sent again.
    expect(evidence.repeats).toBeGreaterThanOrEqual(fault === 'edge' ? 1 : 0)
    // There is another store: after a second nobody notices any more that one is dead.
    expect(evidence.errors_end_ms).toBeLessThanOrEqual(fault === 'store' ? 1_000 : 10_000)
    // Without etcd the last list does.
    expect(evidence.failures).toBeLessThanOrEqual(fault === 'discovery' ? 0 : Infinity)
  },
)
