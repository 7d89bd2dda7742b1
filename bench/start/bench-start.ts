// What a person waits for: help, the first request of a load, the type checker over the examples; and an empty Node
// beside them, because most of a start is Node's own.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median, type Results } from '../results.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const bin = join(root, 'node_modules/.bin')
const workload = join(import.meta.dirname, 'workload.ts')

interface Timed {
  readonly what: string
  readonly bound_ms: number | null
  readonly once: () => Promise<number>
}

export async function benchStart({ smoke }: { smoke: boolean }): Promise<Results> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-bench-start-'))
  const arrivals: (() => void)[] = []
  const server = createServer((_, answer) => {
    arrivals.shift()?.()
    answer.end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(examplesConfig))
  const load = ['load', workload, '--at', url, '--records', folder]
  const timed: Timed[] = [
    { what: 'node -e 0', bound_ms: null, once: () => untilEnd(process.execPath, ['-e', '0']) },
    {
      what: 'plimsoll --help',
      bound_ms: 100,
      once: () => untilEnd(join(bin, 'plimsoll'), ['--help']),
    },
    {
      what: 'plimsoll load, to its first request',
      bound_ms: 300,
      async once() {
        const { promise, resolve } = Promise.withResolvers<void>()
        arrivals.push(resolve)
        const began = performance.now()
        const ended = untilEnd(join(bin, 'plimsoll'), load)
        await promise
        const took = performance.now() - began
        await ended
        arrivals.length = 0
        return took
      },
    },
    {
      what: 'tsc over examples/',
      bound_ms: 2_000,
      once: () => untilEnd(join(bin, 'tsc'), ['-p', folder]),
    },
  ]
  const found = await rounds(timed, smoke ? 1 : 15)
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true })
  const notes = [
    `Milliseconds from the start of the process, ${found[0]?.length} rounds interleaved after one that fills the cache of compiled modules.`,
    'Bounds are for a machine on which an empty Node takes about 15 ms.',
  ]
  const rows = timed.map(({ what, bound_ms }, n) => ({
    what,
    median_ms: Math.round(median(found[n]!)),
    least_ms: Math.round(Math.min(...found[n]!)),
    bound_ms: bound_ms ?? '–',
    'median ÷ node -e 0': (median(found[n]!) / median(found[0]!)).toFixed(1),
  }))
  const raw = Object.fromEntries(timed.map(({ what }, n) => [what, found[n]]))
  const title = 'How long a start takes'
  return { name: 'start', title, notes, rows, raw, software: [], smoke }
}

const examplesConfig = {
  extends: join(root, 'tsconfig.json'),
  compilerOptions: { incremental: false, typeRoots: [join(root, 'node_modules/@types')] },
  include: [join(root, 'examples')],
}

async function rounds(timed: readonly Timed[], count: number): Promise<number[][]> {
  const found: number[][] = timed.map(() => [])
  for (let round = 0; round <= count; round += 1) {
    for (const [n, one] of timed.entries()) {
      const took = await one.once()
      if (round > 0) found[n]!.push(took)
    }
  }
  return found
}

/** Throws when it ends with anything but 0. */
async function untilEnd(program: string, words: readonly string[]): Promise<number> {
  const began = performance.now()
  const env = { ...process.env, PATH: [bin, process.env['PATH'] ?? ''].join(delimiter) }
  const child = spawn(program, words, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}:\n${said}`)
  return performance.now() - began
}
