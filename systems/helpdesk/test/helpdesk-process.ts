// The command line of helpdesk as a process of its own, for the tests that stop, kill and starve it.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { until } from '@plimsoll/stores'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** A process of `helpdesk` and all that it says. */
export interface HelpdeskProcess extends AsyncDisposable {
  readonly child: ChildProcess
  readonly said: { out: string; err: string }
  /** The exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>
}

/** Starts `helpdesk` with these words and settings and nothing else from the environment. */
export function startProcess(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): HelpdeskProcess {
  const child = spawn(process.execPath, [main, ...words], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return {
    child,
    said,
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** A line of the log, by its message. */
export function logged(
  { said }: HelpdeskProcess,
  message: string,
): Record<string, unknown> | undefined {
  return said.out
    .split('\n')
    .filter((line) => line.includes(`"msg":"${message}"`))
    .map((line) => JSON.parse(line) as Record<string, unknown>)[0]
}

/** Starts the service on a free port and resolves to its address once it listens. */
export async function startServing(
  environment: Readonly<Record<string, string>>,
): Promise<HelpdeskProcess & { readonly url: string }> {
  const started = startProcess(['serve'], { PORT: '0', ...environment })
  await until(() => logged(started, 'listening') !== undefined || started.child.exitCode !== null, {
    deadline_ms: 20_000,
  })
  const line = logged(started, 'listening')
  if (line === undefined)
    throw new Error(`it does not listen: ${started.said.out}${started.said.err}`)
  return { ...started, url: `http://127.0.0.1:${String(line['port'])}` }
}
