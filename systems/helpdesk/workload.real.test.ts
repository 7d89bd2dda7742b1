// The personas against the real help desk, brought up and played by the command line as a person would.

import { spawn } from 'node:child_process'
import { mkdtempDisposable, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const workloads = join(import.meta.dirname, 'test/short-workload.ts')

interface Played {
  readonly actions: readonly {
    readonly action: string
    readonly due: number
    readonly ok: number
  }[]
  readonly sessions: { readonly cut_short: number; readonly errors: readonly string[] }
  readonly reasons: readonly unknown[]
}

function plimsoll(...words: string[]) {
  const child = spawn(
    process.execPath,
    [join(root, 'packages/plimsoll/bin/plimsoll.js'), ...words],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const said = { text: '' }
  const hear = (chunk: Buffer) => void (said.text += chunk.toString())
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, said, ended }
}

let up: ReturnType<typeof plimsoll>
let url = ''

beforeAll(async () => {
  up = plimsoll('up', 'helpdesk')
  const deadline = performance.now() + 110_000
  while (url === '') {
    url = /is up at (\S+)/.exec(up.said.text)?.[1] ?? ''
    if (up.child.exitCode !== null || performance.now() > deadline) throw new Error(up.said.text)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
})
afterAll(async () => {
  up.child.kill('SIGINT')
  await up.ended
})

async function play(name: string): Promise<Played> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'helpdesk-load-'))
  const json = join(folder.path, 'result.json')
  const { ended, said } = plimsoll(
    'load',
    `${workloads}#${name}`,
    '--at',
    url,
    '--records',
    folder.path,
    '--json',
    json,
  )
  if ((await ended) !== 0) throw new Error(said.text)
  return JSON.parse(await readFile(json, 'utf8')) as Played
}

test('every persona does its tasks, and nothing of it fails', async () => {
  const { actions, sessions, reasons } = await play('briefDay')
  expect(sessions).toMatchObject({ cut_short: 0, errors: [] })
  expect(reasons).toEqual([])
  const names = actions.map(({ action }) => action)
  for (const name of [
    'GET /api/conversations/updates',
    'GET /api/messages/updates',
    'GET /api/expert-queue/updates',
    'GET /conversations',
    'GET /conversations/:id/messages',
    'GET /expert/queue',
    'POST /conversations',
    'POST /messages',
    'POST /expert/conversations/:id/claim',
  ]) {
    expect(names).toContain(name)
  }
})

test('in a storm of logins the polls go on, and whoever is refused is told when to come back', async () => {
  const { actions, sessions, reasons } = await play('briefStorm')
  expect(sessions).toMatchObject({ cut_short: 0, errors: [] })
  const polls = actions.filter(({ action }) => action.startsWith('GET /api/'))
  expect(polls.length).toBe(3)
  for (const { due, ok } of polls) expect(ok).toBe(due)
  expect(JSON.stringify(reasons)).not.toContain('a refusal says when to come back')
})
