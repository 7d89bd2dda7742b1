// The system's own commands that fill its databases. They are told where those are as a service is.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { environmentError, signalProcess } from '@plimsoll/stores'
import type { PartAddress, System } from '../system.ts'
import { environmentFor } from './instance-environment.ts'
import { Journal } from './journal.ts'
import { settingsOf } from './part-settings.ts'

const deadline_ms = 60 * 60_000

export interface PrepareDatabasesOptions {
  readonly system: System
  /** By database part. */
  readonly databases: Readonly<Record<string, PartAddress>>
  readonly onProgress?: (line: string) => void
  readonly signal?: AbortSignal
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cache?: string
}

/** Prepares databases that are up, e.g. on the server of `DATABASE_URL`. Throws `prepare-failed`. */
export async function prepareDatabases(options: PrepareDatabasesOptions): Promise<void> {
  await using journal = await Journal.open(options.cache)
  await runPrepareCommands({ ...options, journal })
}

export interface PrepareCommandsOptions extends PrepareDatabasesOptions {
  readonly journal: Journal
}

/** One after the other, each to its end or to the abort. Throws `prepare-failed` with its last lines. */
export async function runPrepareCommands(options: PrepareCommandsOptions): Promise<void> {
  for (const { command, part } of options.system.prepare) {
    options.signal?.throwIfAborted()
    options.onProgress?.(command)
    await runPrepare(command, part ?? options.system.entry, options)
  }
}

async function runPrepare(
  command: string,
  part: string,
  options: PrepareCommandsOptions,
): Promise<void> {
  const { system, journal, onProgress = () => {}, signal, env = process.env } = options
  const child = spawn('sh', ['-c', command], {
    cwd: system.folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environmentFor(system, env), ...settingsAs(part, system, options.databases) },
  })
  const end = () => child.pid !== undefined && signalProcess(-child.pid, 'SIGKILL')
  signal?.addEventListener('abort', end)
  const late = setTimeout(end, deadline_ms)
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      said.push(line)
      if (said.length > 20) said.shift()
      onProgress(`  ${line}`)
    })
  }
  const ended = new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, by) =>
      resolve(code === 0 ? null : by === null ? `it ended with ${code}` : `${by} ended it`),
    )
  })
  if (child.pid !== undefined) await journal.process(child.pid)
  const why = await ended
  clearTimeout(late)
  signal?.removeEventListener('abort', end)
  signal?.throwIfAborted()
  if (why === null) return
  throw environmentError(`Preparing the data of ${system.name} failed at "${command}"`, why, {
    code: 'prepare-failed',
    hint: `Its last lines are above. It ran in ${system.folder}.`,
    log: said.join('\n'),
  })
}

/** Services do not run yet: their addresses lead nowhere. Nor do replicas: their database answers for them. */
function settingsAs(
  name: string,
  system: System,
  databases: Readonly<Record<string, PartAddress>>,
): Readonly<Record<string, string>> {
  const part = system.parts[name]
  if (part?.kind !== 'service') return {}
  const nowhere = Object.keys(system.parts).map((each) => [each, { url: 'http://127.0.0.1:1' }])
  const replicas = Object.entries(system.parts).flatMap(([each, definition]) => {
    const followed = definition.kind === 'replica' ? databases[definition.of] : undefined
    return followed === undefined ? [] : [[each, followed] as const]
  })
  const addresses = {
    ...Object.fromEntries(nowhere),
    ...databases,
    ...Object.fromEntries(replicas),
  }
  return settingsOf({ part, name, addresses, port: 0 })
}
