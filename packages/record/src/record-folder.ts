// Where records live: records/<experiment>/<time>/. Names and layout are in this file only.

import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PlimsollError } from '@plimsoll/workload'
import { readRun } from './run-reader.ts'
import { RunWriter } from './run-writer.ts'
import type { Plan } from './plan.ts'
import type { Environment, ExperimentRecord, RunRecord } from './run-record.ts'

/** One experiment's folder. Every run is written as it goes, so a later failure loses no earlier one. */
export class RecordFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  async writePlan(plan: Plan, environment: Environment): Promise<void> {
    await mkdir(this.runsPath, { recursive: true })
    await this.writeJson('plan.json', plan)
    await this.writeJson('environment.json', environment)
  }

  get runsPath(): string {
    return join(this.path, 'runs')
  }

  /** Where the run's engine writes its ledger. */
  async runPath({
    configuration,
    repeat,
  }: {
    configuration: string
    repeat: number
  }): Promise<string> {
    const path = join(this.runsPath, `${configuration}-${repeat}`)
    await mkdir(path, { recursive: true })
    return path
  }

  async openRun(run: RunRecord): Promise<RunWriter> {
    return RunWriter.open(await this.runPath(run), run)
  }

  async writeJson(name: string, value: unknown): Promise<void> {
    await this.writeText(name, `${JSON.stringify(value, undefined, 2)}\n`)
  }

  async writeText(name: string, text: string): Promise<string> {
    const path = join(this.path, name)
    await writeFile(path, text)
    return path
  }
}

/**
 * Reads a whole experiment; runs that were cut off are read as far as they got. Throws `record-unreadable`
 * for what was never written so.
 */
export async function readExperiment(path: string): Promise<ExperimentRecord> {
  const read = await readJson<Plan | null>(join(path, 'plan.json'))
  if (read?.format !== 'plimsoll-plan/1') {
    throw unreadable(join(path, 'plan.json'), 'its format is not plimsoll-plan/1')
  }
  // Plans of before these were in them say nothing of either.
  const personas = read.personas.map((persona) => ({ ...noTasks, ...persona }))
  const plan: Plan = { ...before, ...read, personas }
  const environment = await readJson<Environment>(join(path, 'environment.json'))
  const names = await readdir(join(path, 'runs')).catch(() => [])
  const runs: RunRecord[] = []
  for (const name of names.toSorted(byConfigurationAndRepeat)) {
    const folder = join(path, 'runs', name)
    const run = await readRun(folder).catch((error: unknown) => {
      throw unreadable(folder, error)
    })
    if (run !== undefined) runs.push(run)
  }
  return { plan, environment, runs }
}

const noTasks = { tasks: [] }
const before = { setup: [], pauses_share: 1 }

function byConfigurationAndRepeat(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}

async function readJson<T>(path: string): Promise<T> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T
  } catch (error) {
    throw unreadable(path, error)
  }
}

function unreadable(path: string, why: unknown): PlimsollError {
  return new PlimsollError({
    code: 'record-unreadable',
    blame: 'input',
    message: `Expected the record of an experiment, but ${path} cannot be read: ${String(why)}`,
    hint: 'Give the folder that holds plan.json, e.g. records/reviews/2026-11-20T17-00-00.',
    cause: why,
  })
}
