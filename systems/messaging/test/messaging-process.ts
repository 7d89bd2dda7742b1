// The command line of messaging as processes of their own, for the tests that stop and kill them.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { until } from '@plimsoll/stores'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** A process of `messaging` that listens, and all that it says. */
export interface MessagingProcess extends AsyncDisposable {
  readonly child: ChildProcess
  readonly url: string
  readonly said: { text: string }
  /** The exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>
}

/** Starts a store or an edge with these settings and nothing else from the environment; resolves once it listens. */
export async function startMessaging(
  command: 'store' | 'edge',
  environment: Readonly<Record<string, string>>,
): Promise<MessagingProcess> {
  const child = spawn(process.execPath, [main, command], {
    env: { PATH: process.env['PATH'], PORT: '0', READY_DELAY_MS: '100', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { text: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.text += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.text += text))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const port = () => /"port":(\d+),"msg":"listening"/.exec(said.text)?.[1]
  await until(() => port() !== undefined || child.exitCode !== null, { deadline_ms: 20_000 })
  const found = port()
  if (found === undefined) {
    child.kill('SIGKILL')
    throw new Error(`messaging ${command} does not listen: ${said.text}`)
  }
  return {
    child,
    url: `http://127.0.0.1:${found}`,
    said,
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
