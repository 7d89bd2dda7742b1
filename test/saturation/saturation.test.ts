// What runs out first: proven by starving each part in turn and reading what the judgement names.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFailed, test } from 'vitest'
import { judge, type Saturation } from '@plimsoll/judgement'
import { executeExperiment, planExperiment, readEnvironment } from '@plimsoll/lab'
import type { Experiment } from '@plimsoll/lab/declarations'
import { RecordFolder } from '@plimsoll/record'

const timeout = 180_000

/** The experiment in `file`, searched once; what its only configuration ran out of. */
async function whatRunsOut(file: string): Promise<Saturation | null | undefined> {
  const path = join(import.meta.dirname, file)
  const experiment = ((await import(path)) as { default: Experiment }).default
  const input = { name: 'saturation', quick: true, cores: 2, workload_hash: file }
  const planned = planExperiment(experiment, input)
  const plan = { ...planned, search: { ...planned.search, repeats: 1, counted_seconds: 3 } }
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-saturation-'))
  const told: string[] = []
  onTestFailed(() => void process.stderr.write(`${told.join('\n')}\n`))
  try {
    const record = await executeExperiment({
      experiment,
      plan,
      source: {
        file: path,
        select: 'default',
        kind: 'experiment',
      },
      records: new RecordFolder(folder),
      environment: readEnvironment({
        version: '',
        folder: import.meta.dirname,
        software: [],
      }),
      emit: (event) => event.kind !== 'second' && told.push(JSON.stringify(event)),
      signal: AbortSignal.timeout(17e4),
    })
    const [only] = judge(record).configurations
    told.push(JSON.stringify(only, undefined, 1))
    return only?.saturates
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('a small API before a large database: the CPU of the API is named', { timeout }, async () => {
  expect(await whatRunsOut('starved-api.ts')).toMatchObject({ part: 'api', resource: 'cpu' })
})

test(
  'a large API before a small database: the CPU of the database is named',
  { timeout },
  async () => {
    expect(await whatRunsOut('starved-database.ts')).toMatchObject({
      part: 'database',
      resource: 'cpu',
    })
  },
)

test('two connections to a far database: the pool is named', { timeout }, async () => {
  expect(await whatRunsOut('far-database/experiment.ts')).toMatchObject({
    part: 'api',
    resource: 'pool',
  })
})
