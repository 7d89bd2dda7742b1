// Where benchmarks put what they found: with machine, versions, date and commit, or it does not count.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readEnvironment } from '@plimsoll/lab'
import { yardstickWords, type Yardstick } from './yardstick.ts'

export interface Results {
  readonly name: string
  readonly title: string
  readonly notes: readonly string[]
  readonly rows: readonly Readonly<Record<string, string | number>>[]
  readonly raw: unknown
  readonly software: readonly string[]
  /** A smoke run proves that the benchmark works; it is printed and not kept. */
  readonly smoke: boolean
}

const folder = join(import.meta.dirname, 'results')

/** `yardsticks` were taken before and after. */
export async function writeResults(
  results: Results,
  yardsticks: readonly Yardstick[] = [],
): Promise<void> {
  const { name, rows, raw, software, smoke } = results
  const environment = readEnvironment({ version: '', folder: import.meta.dirname, software })
  const notes = [...results.notes, ...yardsticks.map(yardstickWords)]
  const text = markdown({ ...results, notes }, environment)
  process.stdout.write(text)
  if (smoke) return
  const stem = join(folder, `${name}-${new Date().toISOString().slice(0, 10)}`)
  await mkdir(folder, { recursive: true })
  await writeFile(`${stem}.md`, text)
  await writeFile(
    `${stem}.json`,
    `${JSON.stringify({ environment, yardsticks, rows, raw }, undefined, 1)}\n`,
  )
  process.stderr.write(`Written: bench/results/${name}-….md\n`)
}

/** The middle value; the mean of the two middle ones for an even number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

function markdown(
  { title, notes, rows }: Results,
  environment: ReturnType<typeof readEnvironment>,
): string {
  const { cpu_model, cores, memory_bytes, kernel, node_version, commit, software } = environment
  const machine = `${cpu_model}, ${cores} cores, ${Math.round(memory_bytes / 2 ** 30)} GiB, Linux ${kernel}`
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ')
  const heads = Object.keys(rows[0] ?? {})
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [
    `# ${title}`,
    '',
    `${date} UTC, commit ${commit ?? 'unknown'}. ${machine}. Node ${[node_version, ...software].join(', ')}.`,
    '',
    ...notes.map((note) => `- ${note}`),
    '',
    line(heads),
    line(heads.map(() => '---')),
    ...rows.map((row) => line(heads.map((head) => row[head] ?? ''))),
    '',
  ].join('\n')
}
