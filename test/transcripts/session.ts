// One line typed at a shell, and everything that came of it, as text that is the same everywhere.

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

const programs: Readonly<Record<string, string>> = {
  plimsoll: 'packages/plimsoll/bin/plimsoll.js',
  reviews: 'systems/reviews/bin/reviews.js',
}

export interface SessionOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Default: as many as here. */
  readonly openFilesAtMost?: number
  /** Texts that differ from machine to machine, each with what stands for it: `[port, '<port>']`. */
  readonly volatile?: readonly (readonly [string | RegExp, string])[]
}

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
}

/** Starts `plimsoll …` or `reviews …`, words with spaces in double quotes, in the project's folder, with next to nothing in the environment. */
export function start(line: string, { env = {}, openFilesAtMost }: SessionOptions = {}) {
  const [program = '', ...words] = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) =>
    word.replaceAll('"', ''),
  )
  const typed = [process.execPath, programs[program] ?? '', ...words] as const
  const limit = openFilesAtMost === undefined ? '' : `ulimit -n ${openFilesAtMost}; `
  const child = spawn('/bin/sh', ['-c', `${limit}exec "$@"`, 'sh', ...typed], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ ...said, code }))
  })
  return { child, said, ended }
}

/** Each line as typed, what it printed (errors behind `! `) and its exit code. */
export async function transcript(
  lines: readonly string[],
  options: SessionOptions = {},
): Promise<string> {
  const told: string[] = []
  for (const line of lines) {
    const { stdout, stderr, code } = await start(line, options).ended
    const errors = stderr.replaceAll(/^(?=.)/gm, '! ')
    told.push(`$ ${line}\n${stdout}${errors}[exit ${code}]\n`)
  }
  const { volatile = [] } = options
  const places: SessionOptions['volatile'] = [...volatile, [root, '<root>/']]
  return places.reduce((text, [found, word]) => text.replaceAll(found, word), told.join('\n'))
}
