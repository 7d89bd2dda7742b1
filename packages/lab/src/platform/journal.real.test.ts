import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Caveat } from '@plimsoll/record'
import {
  cacheFolder,
  databaseUser,
  isRunning,
  makeCacheFolder,
  startTime,
  until,
} from '@plimsoll/stores'
import type { Account } from '@plimsoll/stores'
import { putAwayLeftovers } from './journal.ts'

const program = fileURLToPath(new URL('./trial-system/lab-main.ts', import.meta.url))
let cache = ''
beforeAll(async () => {
  await makeCacheFolder(cacheFolder())
  cache = await mkdtemp(join(cacheFolder(), 'test-'))
})
afterAll(() => rm(cache, { recursive: true, force: true }))

interface Told {
  readonly url: string
  readonly cgroups: string
  readonly instances: readonly { part: string; pid: number }[]
  readonly caveats: readonly Caveat[]
}

/** A cache that the database user can walk through. */
async function makePlace(name: string): Promise<string> {
  const place = await mkdtemp(join(cache, name))
  await makeCacheFolder(cache)
  return makeCacheFolder(place)
}

async function startLab({ place, as = null }: { place: string; as?: Account | null }) {
  const lab = spawn(process.execPath, [program, join(place, 'run'), place], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], HOME: place },
    ...as,
  })
  const told = await new Promise<Told>((resolve, reject) => {
    createInterface({ input: lab.stdout }).once('line', (line) => resolve(JSON.parse(line) as Told))
    lab.once('exit', () => reject(new Error('the lab ended before it had deployed')))
  })
  const ended = new Promise((resolve) => lab.once('exit', resolve))
  return { lab, told, ended }
}

/** The processes and cgroups that the lab's journal names, and the databases. */
async function madeBy(told: Told, place: string) {
  const { pids, cgroups } = made(await journalOf(place))
  return { pids: [...new Set([...pids, ...told.instances.map(({ pid }) => pid)])], cgroups }
}

interface Line {
  readonly pid?: number
  readonly folder?: string
}

async function journalOf(place: string): Promise<Line[]> {
  const journals = join(place, 'journals')
  const [name = ''] = await readdir(journals).catch(() => [])
  const text = await readFile(join(journals, name), 'utf8').catch(() => '')
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)
}

function made(lines: readonly Line[]) {
  return {
    pids: lines.flatMap(({ pid }) => pid ?? []),
    cgroups: lines.flatMap(({ folder }) => folder ?? []),
  }
}

async function anyRunning(pids: readonly number[]): Promise<boolean> {
  return (await Promise.all(pids.map(isRunning))).includes(true)
}

test('kill -9 of the lab leaves no process, cgroup, folder or journal after a few seconds', async () => {
  const place = await makePlace('killed-')
  const { lab, told, ended } = await startLab({ place })
  const { pids, cgroups } = await madeBy(told, place)
  expect(told.instances.map(({ part }) => part)).toContain('reader')
  expect(pids.length).toBeGreaterThanOrEqual(5)
  expect((await Promise.all(pids.map(isRunning))).every(Boolean)).toBe(true)
  expect(cgroups.length > 0).toBe(told.cgroups !== 'none')
  expect(cgroups.every((group) => existsSync(group))).toBe(true)

  lab.kill('SIGKILL')
  await ended
  const isClean = async () =>
    !(await anyRunning(pids)) &&
    !cgroups.some((group) => existsSync(group)) &&
    (await readdir(join(place, 'journals'))).length === 0 &&
    (await readdir(join(place, 'temporary'))).length === 0
  expect(await until(isClean, { deadline_ms: 8_000, every_ms: 100 })).toBe(true)
  await expect(fetch(told.url)).rejects.toThrow('fetch failed')
})

test('a lab that is killed at any moment of its deployment leaves nothing either', async () => {
  const place = await makePlace('moments-')
  let written = 0
  for (const moment_ms of [150, 400, 700, 1_100]) {
    const lab = spawn(process.execPath, [program, join(place, 'run'), place], { stdio: 'ignore' })
    const ended = new Promise((resolve) => lab.once('exit', (_, signal) => resolve(signal)))
    await sleep(moment_ms)
    lab.kill('SIGKILL')
    expect(await ended).toBe('SIGKILL')
    const entries = await journalOf(place)
    written += entries.length
    const isClean = async () => {
      const names = ['journals', 'temporary'].map((kind) =>
        readdir(join(place, kind)).catch(() => []),
      )
      const { pids, cgroups } = made(entries)
      const anyGroup = cgroups.some((group) => existsSync(group))
      return (
        (await Promise.all(names)).flat().length === 0 && !anyGroup && !(await anyRunning(pids))
      )
    }
    expect([moment_ms, await until(isClean, { deadline_ms: 8_000 })]).toEqual([moment_ms, true])
  }
  expect(written).toBeGreaterThan(0)
})

test('when even the watchdog was killed, the next start puts everything away', async () => {
  const place = await makePlace('both-')
  const { lab, told, ended } = await startLab({ place })
  const { pids, cgroups } = await madeBy(told, place)
  process.kill(await watchdogOf(place), 'SIGKILL')
  lab.kill('SIGKILL')
  await ended
  expect(await anyRunning(pids)).toBe(true)

  expect(await putAwayLeftovers(place)).toBeGreaterThanOrEqual(2)
  expect(await anyRunning(pids)).toBe(false)
  expect(cgroups.some((group) => existsSync(group))).toBe(false)
  expect(await readdir(join(place, 'journals'))).toEqual([])
  expect(await readdir(join(place, 'temporary'))).toEqual([])
  expect(await putAwayLeftovers(place)).toBe(0)
})

test('a line cut short by a full disk hides none of the others', async () => {
  const place = await makePlace('torn-')
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
  const pid = child.pid ?? 0
  const line = JSON.stringify({ entry: 'process', pid, started: await startTime(pid) })
  const journals = await makeCacheFolder(place, 'journals')
  await writeFile(join(journals, '1-0-abc'), `{"entry":"proc${line}\n${line}\n{"entry"`)
  expect(await putAwayLeftovers(place)).toBe(1)
  expect(await isRunning(pid)).toBe(false)
  expect(await readdir(journals)).toEqual([])
})

async function watchdogOf(place: string): Promise<number> {
  for (const name of await readdir('/proc')) {
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    if (command.includes('watchdog-main.ts') && command.includes(join(place, 'journals'))) {
      return Number(name)
    }
  }
  throw new Error('there is no watchdog')
}

test.runIf(process.getuid?.() === 0)(
  'a user who may not make cgroups gets a deployment, and a caveat that forbids "holds"',
  async () => {
    const as = await databaseUser()
    const place = await makePlace('user-')
    await mkdir(join(place, 'run'))
    for (const each of [place, join(place, 'run')]) await chown(each, as?.uid ?? 0, as?.gid ?? 0)
    const { lab, told, ended } = await startLab({ place, as })
    expect(told.cgroups).toBe('none')
    expect(told.caveats).toEqual([
      {
        code: 'limits-not-set',
        forbids_holds: true,
        text: expect.stringMatching(/^CPU limits could not be set, so sizes cannot/) as string,
      },
    ])
    expect((await fetch(`${told.url}/readyz`)).status).toBe(200)
    const { pids } = await madeBy(told, place)
    lab.kill('SIGUSR2')
    await ended
    expect(await anyRunning(pids)).toBe(false)
    expect(await readdir(join(place, 'temporary'))).toEqual([])
  },
)
