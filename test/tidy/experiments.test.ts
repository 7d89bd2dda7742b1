import { join } from 'node:path'
import { planExperiment } from '@plimsoll/lab'
import type { Experiment } from '@plimsoll/lab/declarations'
import { expect, test } from 'vitest'
import { root, trackedFiles } from './sources.ts'

const shipped = trackedFiles().filter(
  (path) => /(^|[/.])experiment\.ts$/.test(path) && /^(systems|examples)\//.test(path),
)

test.each(shipped)('%s can be planned, quick and in full, on two cores', async (path) => {
  const { default: experiment } = (await import(join(root, path))) as { default: Experiment }
  for (const quick of [true, false]) {
    const plan = planExperiment(experiment, { name: path, quick, cores: 2, workload_hash: '' })
    expect(plan.configurations).toHaveLength(Object.keys(experiment.configurations).length)
  }
})
