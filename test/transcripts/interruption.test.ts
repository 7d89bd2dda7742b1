// Ctrl-C at the command line: 130, everything put away, what was recorded still there.

import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isRunning, processTree, until } from '@plimsoll/stores'
import { start } from './session.ts'

test('one Ctrl-C arrives twice when npm passes it on: it still ends in order', async () => {
  const server = createServer((_request, answer) => answer.end('{}')).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-interrupted-'))
  const target = `--at http://127.0.0.1:${port} --records ${folder}`
  const line = `plimsoll load examples/first/workload.ts ${target}`
  const { child, said, ended } = start(line)
  const isPlaying = () => said.stderr.includes('actions/s')
  expect(await until(isPlaying, { deadline_ms: 20_000 })).toBe(true)
  const pids = await processTree(child.pid ?? 0)
  child.kill('SIGINT')
  child.kill('SIGINT')
  const { stdout, stderr, code } = await ended
  server.closeAllConnections()
  server.close()
  expect(code).toBe(130)
  expect(stdout).toContain('GET /prices/:product')
  expect(stderr).toMatch(/Interrupted: [^]*\nRecords: /)
  const [records = ''] = await readdir(join(folder, 'load-visits'))
  const written = await readdir(join(folder, 'load-visits', records, 'runs', 'load-1'))
  await rm(folder, { recursive: true })
  expect(written).toContain('ledger.ndjson')
  expect((await Promise.all(pids.map(isRunning))).includes(true)).toBe(false)
})

test('a system that was brought up is gone after Ctrl-C', async () => {
  const { child, said, ended } = start('plimsoll up examples/first/system.ts')
  expect(await until(() => said.stdout.includes(' is up at '), { deadline_ms: 20_000 })).toBe(true)
  const url = /http:\/\/\S+/.exec(said.stdout)?.[0] ?? ''
  expect((await fetch(`${url}/prices/7`)).status).toBe(200)
  const pids = await processTree(child.pid ?? 0)
  expect(pids.length).toBeGreaterThan(2)
  child.kill('SIGINT')
  expect((await ended).code).toBe(130)
  const anyRunning = async () => (await Promise.all(pids.map(isRunning))).includes(true)
  expect(await until(async () => !(await anyRunning()), { deadline_ms: 3_000 })).toBe(true)
  await expect(fetch(url)).rejects.toThrow('fetch failed')
})

test('a server that ends by itself ends "up" with 4 and its log', async () => {
  const { child, said, ended } = start('plimsoll up examples/first/system.ts')
  expect(await until(() => said.stderr.includes('logs: '), { deadline_ms: 20_000 })).toBe(true)
  const pids = await processTree(child.pid ?? 0)
  const commands = pids.map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
  const server = commands.findIndex((command) => command.includes('server.ts'))
  process.kill(pids[server]!, 'SIGKILL')
  const { stderr, code } = await ended
  expect(code).toBe(4)
  expect(stderr).toContain('The part "prices" has ended by itself. [server-ended]')
  expect((await Promise.all(pids.map(isRunning))).includes(true)).toBe(false)
})

test('kill -9 of the command leaves no process and no folder of it', async () => {
  const { child, said, ended } = start('plimsoll up examples/first/system.ts')
  expect(await until(() => said.stderr.includes('logs: '), { deadline_ms: 20_000 })).toBe(true)
  const logs = /logs: (\S+)/.exec(said.stderr)?.[1] ?? ''
  expect(existsSync(logs)).toBe(true)
  const pids = await processTree(child.pid ?? 0)
  child.kill('SIGKILL')
  await ended
  const isClean = async () =>
    !existsSync(logs) && !(await Promise.all(pids.map(isRunning))).includes(true)
  expect(await until(isClean, { deadline_ms: 8_000, every_ms: 100 })).toBe(true)
})

test('Ctrl-C while a server does not become ready is not kept waiting for it', async () => {
  const { child, said, ended } = start('plimsoll up test/transcripts/faulty/system-never-ready.ts')
  expect(await until(() => said.stderr.includes('starting it'), { deadline_ms: 20_000 })).toBe(true)
  const interrupted_ms = performance.now()
  child.kill('SIGINT')
  const { stderr, code } = await ended
  expect(code).toBe(130)
  expect(performance.now() - interrupted_ms).toBeLessThan(10_000)
  expect(stderr).not.toMatch(/did not start|bug/)
})
