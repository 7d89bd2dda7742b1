import { availableParallelism } from 'node:os'
import { basename, dirname, resolve } from 'node:path'
import { hashSources, planExperiment } from '@plimsoll/lab'
import type { Experiment } from '@plimsoll/lab/declarations'
import type { Plan } from '@plimsoll/record'

/** The plan of an experiment on this machine. */
export async function planOf(
  experiment: Experiment,
  { file, quick }: { file: string; quick: boolean },
): Promise<Plan> {
  const stem = basename(file, '.ts')
  // systems/reviews/experiment.ts is called reviews; another file by its own name.
  const name = stem === 'experiment' ? basename(dirname(resolve(file))) : stem
  const workload_hash = await hashSources(file)
  return planExperiment(experiment, { name, quick, cores: availableParallelism(), workload_hash })
}
