// Two identical configurations, compared for real several times: the null test of every comparison.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { judge, type Comparison } from '@plimsoll/judgement'
import { executeExperiment, planExperiment, readEnvironment } from '@plimsoll/lab'
import { RecordFolder, type ExperimentRecord } from '@plimsoll/record'
import { type Results } from '../results.ts'
import identical from './experiment.ts'

const file = join(import.meta.dirname, 'experiment.ts')

export async function benchIdentical({ smoke }: { smoke: boolean }): Promise<Results> {
  const experiments = smoke ? 1 : 5
  const rows: Record<string, string | number>[] = []
  const raw: unknown[] = []
  let software: readonly string[] = []
  for (let seed = 1; seed <= experiments; seed += 1) {
    const record = await play(seed)
    const { configurations, comparisons } = judge(record)
    const [comparison] = comparisons
    const [one, other] = configurations.map(({ load_line_per_second }) => load_line_per_second)
    software = record.environment.software
    raw.push({ seed, configurations, comparisons })
    rows.push({
      seed,
      one: Math.round(one?.value ?? 0),
      other: Math.round(other?.value ?? 0),
      ratio: words(comparison),
      verdict: comparison?.verdict ?? 'no load line',
    })
    process.stderr.write(`${JSON.stringify(rows.at(-1))}\n`)
  }
  const equal = rows.filter(({ verdict }) => verdict === 'no difference shown').length
  return {
    name: 'identical',
    title: 'Two identical configurations of reviews, compared',
    notes: [
      `The quick form, scale 1:8, one seed per experiment; load lines in actions per second, projected.`,
      `Called equal in ${equal} of ${experiments}.`,
    ],
    rows,
    raw,
    software,
    smoke,
  }
}

async function play(seed: number): Promise<ExperimentRecord> {
  const experiment = { ...identical, seed }
  const input = { name: 'identical', quick: true, cores: 2, workload_hash: 'bench' }
  const plan = planExperiment(experiment, input)
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-identical-'))
  try {
    return await executeExperiment({
      experiment,
      plan,
      source: { file, select: 'default', kind: 'experiment' },
      records: new RecordFolder(folder),
      environment: readEnvironment({ version: '', folder: import.meta.dirname, software: [] }),
      emit: (event) => {
        if (event.kind === 'step-ended') process.stderr.write(`${JSON.stringify(event)}\n`)
      },
      signal: AbortSignal.timeout(900_000),
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}

function words(comparison: Comparison | undefined): string {
  if (comparison === undefined) return '–'
  const { value, low, high } = comparison.ratio
  return `${value.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`
}
