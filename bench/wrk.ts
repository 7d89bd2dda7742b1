// wrk beside our own generator, as a second opinion on the same server in the same run.

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface WrkOptions {
  readonly url: string
  /** What wrk sends, in Lua. */
  readonly script: string
  readonly seconds: number
  readonly connections: number
}

export interface Measured {
  readonly per_second: number
  readonly p99_ms: number
  readonly not_ok: number
}

/** Undefined when wrk is not installed. */
export async function runWrk({
  url,
  script,
  seconds,
  connections,
}: WrkOptions): Promise<Measured | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-wrk-'))
  const file = join(folder, 'call.lua')
  try {
    await writeFile(file, script)
    const shape = ['-t1', `-c${connections}`, `-d${seconds}s`]
    const args = [...shape, '--latency', '--timeout', '10s', '-s', file, url]
    const { stdout } = await promisify(execFile)('wrk', args, { timeout: (seconds + 30) * 1_000 })
    return parse(stdout)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  } finally {
    await rm(folder, { recursive: true })
  }
}

function parse(text: string): Measured {
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0)
  const [, value = '0', unit = 'ms'] = /99%\s+([\d.]+)(us|ms|s)/.exec(text) ?? []
  const factor = { us: 0.001, ms: 1, s: 1_000 }[unit] ?? 1
  const socket = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text)
  const sockets = (socket ?? []).slice(1).reduce((sum, count) => sum + Number(count), 0)
  return {
    per_second: number(/Requests\/sec:\s+([\d.]+)/),
    p99_ms: Number(value) * factor,
    not_ok: number(/Non-2xx or 3xx responses: (\d+)/) + sockets,
  }
}
