import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isRunning, until } from '@plimsoll/stores'
import { ms, seconds } from '@plimsoll/workload'
import { Instance } from './instance.ts'

let folder = ''
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'plimsoll-instance-'))))
afterAll(() => rm(folder, { recursive: true }))

function start(name: string, command: readonly string[]) {
  return new Instance({
    name,
    command,
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '' },
    logFile: join(folder, `${name}.log`),
    onSpawn: () => {},
  })
}

async function logged(instance: Instance): Promise<string> {
  const isSaid = async () => (await readFile(instance.logFile, 'utf8')).endsWith('\n')
  expect(await until(isSaid, { deadline_ms: 5_000 })).toBe(true)
  return (await readFile(instance.logFile, 'utf8')).trim()
}

test('one that does not answer in time is told with what it last said', async () => {
  const instance = start('mute', ['sh', '-c', 'echo waiting for a friend; exec sleep 60'])
  await logged(instance)
  await expect(instance.untilReady('http://127.0.0.1:1/readyz', ms(200))).rejects.toMatchObject({
    code: 'server-did-not-start',
    blame: 'environment',
    message: 'mute did not start: no 200 from /readyz within 0.2 s.\n  waiting for a friend',
  })
  await instance.stop(seconds(1))
  expect(await isRunning(instance.pid)).toBe(false)
})

test('a program that is not there is named', async () => {
  const instance = start('absent', ['no-such-program'])
  await expect(instance.untilReady('http://127.0.0.1:1/', seconds(5))).rejects.toMatchObject({
    code: 'server-did-not-start',
    message: 'absent did not start: spawn no-such-program ENOENT.',
  })
  await instance.stop(seconds(1))
})

test('one that ignores SIGTERM is ended when its drain time is over, with its children', async () => {
  const instance = start('stubborn', [
    'sh',
    '-c',
    `trap '' TERM; sleep 600 & echo $!; while :; do sleep 1; done`,
  ])
  const child = Number(await logged(instance))
  const began = performance.now()
  await instance.stop(ms(300))
  expect(performance.now() - began).toBeGreaterThan(290)
  expect(await isRunning(instance.pid)).toBe(false)
  const isGone = async () => !(await isRunning(child))
  expect(await until(isGone, { deadline_ms: 2_000 })).toBe(true)
})
