// A minute of answers that nobody has thought of, against Node's own parser. Another seed each time, printed first:
// PLIMSOLL_FUZZ_SEED=… plays one again.

import { randomInt } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { broken, expectedVerdict, ours } from './answer-judges.ts'

const lasts_ms = 60_000
const seed = Number(process.env['PLIMSOLL_FUZZ_SEED'] ?? randomInt(2 ** 31))

test(
  'for a minute every answer gets the verdict that Node gives it, wherever it is cut',
  { timeout: 2 * lasts_ms },
  async () => {
    console.info(`fuzzing answers with PLIMSOLL_FUZZ_SEED=${seed}`)
    let answers = 0
    const cuts = fc.array(fc.nat(), { maxLength: 8 })
    const sameVerdict = fc.asyncProperty(broken, cuts, async ({ method, bytes }, at) => {
      answers += 1
      const our = ours(method, bytes)
      expect(ours(method, bytes, at)).toMatchObject({ verdict: our.verdict, isWhole: our.isWhole })
      expect(our.verdict).toBe(await expectedVerdict(method, bytes))
    })
    const limits = { numRuns: 100_000_000, interruptAfterTimeLimit: lasts_ms }
    await fc.assert(sameVerdict, { seed, ...limits, markInterruptAsFailure: false })
    console.info(`${answers} answers, no difference without a name`)
    expect(answers).toBeGreaterThan(5_000)
  },
)
