// From the command to the first request, and to the first word.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { source } from './our-engine.ts'
import type { CountingServer } from './counting-server.ts'
import { until } from './generators.ts'

const bin = join(import.meta.dirname, '../../node_modules/.bin/plimsoll')

/** `plimsoll load` until the server sees its first request, ms. `folder` takes its records. */
export async function timeToFirstRequest({
  server,
  folder,
}: {
  readonly server: CountingServer
  readonly folder: string
}): Promise<number> {
  const began = Number(process.hrtime.bigint()) / 1e6
  await server.countFrom(began)
  const args = ['load', `${source.file}#${source.select}`, '--at', server.url]
  const child = spawn(bin, args, { cwd: folder, stdio: 'ignore', detached: true })
  try {
    await until(async () => (await server.counted()).firstAt !== null, 'the first request')
    return ((await server.counted()).firstAt ?? Infinity) - began
  } finally {
    process.kill(-(child.pid ?? 0), 'SIGKILL')
    await once(child, 'exit')
  }
}

/** `plimsoll --help`, ms. */
export async function timeToHelp(): Promise<number> {
  const began = performance.now()
  const child = spawn(bin, ['--help'], { stdio: 'ignore' })
  const [code] = (await once(child, 'exit')) as [number]
  if (code !== 0) throw new Error(`plimsoll --help ended with ${code}`)
  return performance.now() - began
}
