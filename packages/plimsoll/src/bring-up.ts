// `plimsoll up`: one instance of every part, unlimited, until Ctrl-C or until one of them ends by itself.

import { rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import {
  deploy,
  oneOfEach,
  prepareDatabases,
  prepareTemplate,
  type Deployment,
  type DeployOptions,
} from '@plimsoll/lab'
import type { System } from '@plimsoll/lab/declarations'
import {
  claimPort,
  environmentError,
  makeTemporaryFolder,
  postgresFrom,
  until,
} from '@plimsoll/stores'
import type { PlimsollError } from '@plimsoll/workload'
import { exitCodes, type CommandInput } from './command.ts'
import { fileArgument, wholeNumber } from './arguments.ts'
import { loadSystem } from './load-module.ts'

const lookEvery_ms = 200

export async function bringUp({ args, streams, signal }: CommandInput): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { port: { type: 'string' } },
  })
  const port =
    values.port === undefined
      ? undefined
      : wholeNumber(values.port, { flag: '--port', least: 1, most: 65_535 })
  const system = await loadSystem(fileArgument(positionals, 'SYSTEM'))
  // Preparing the data can take minutes: what cannot work is told before.
  if (port !== undefined) await claimPort(port)
  const onProgress = (line: string) => void streams.stderr.write(`${line}\n`)
  await using stack = new AsyncDisposableStack()
  const data = await preparedData(system, { stack, onProgress, signal })
  signal.throwIfAborted()
  // Of this process: whoever clears up after a kill -9 knows it by its name.
  const runFolder = await makeTemporaryFolder({ user: null })
  stack.defer(() => rm(runFolder, { recursive: true, force: true }))
  const deployment = stack.use(
    await deploy({
      system,
      ...data,
      runFolder,
      onProgress,
      configuration: oneOfEach(system),
      limits: 'off',
      signal,
      ...(port === undefined ? {} : { port }),
    }),
  )
  streams.stdout.write(`${system.name} is up at ${deployment.url} (Ctrl-C ends it)\n`)
  for (const { part, instance, url } of deployment.instances) {
    streams.stderr.write(`  ${part}-${instance}: ${url}\n`)
  }
  streams.stderr.write(`  logs: ${runFolder}\n`)
  const isOver = () => signal.aborted || deployment.state === 'broken'
  await until(isOver, { deadline_ms: Infinity, every_ms: lookEvery_ms })
  if (!signal.aborted) throw await endedByItself(deployment)
  await stack.disposeAsync()
  return exitCodes.holds
}

/** What nobody had asked to end is told with the last lines of its log. */
async function endedByItself(deployment: Deployment): Promise<PlimsollError> {
  const { part } = deployment.instances.find(({ pid }) => pid === 0) ?? { part: 'balancer' }
  return environmentError(`The part "${part}" has ended by itself`, '', {
    code: 'server-ended',
    hint: 'The last lines of its log are above.',
    log: await deployment.logTail(part),
  })
}

/** Copies of prepared data, or databases of its own on the server that DATABASE_URL names. */
async function preparedData(
  system: System,
  options: {
    readonly stack: AsyncDisposableStack
    readonly onProgress: (line: string) => void
    readonly signal: AbortSignal
  },
): Promise<Pick<DeployOptions, 'templateFolders' | 'databases'>> {
  const { stack, onProgress, signal } = options
  if ((process.env['DATABASE_URL'] ?? '') === '') {
    return { templateFolders: await prepareTemplate({ system, seed: 1, onProgress, signal }) }
  }
  const databases: Record<string, { url: string }> = {}
  for (const [name, { kind }] of Object.entries(system.parts)) {
    if (kind !== 'postgres') continue
    const host = stack.use(await postgresFrom(process.env))
    databases[name] = { url: host.url }
  }
  await prepareDatabases({ system, databases, onProgress, signal })
  return { templateFolders: {}, databases }
}
