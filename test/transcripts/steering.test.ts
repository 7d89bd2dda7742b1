// A load that is watched, steered and told of while it lives.

import { HistogramLogReader } from 'hdr-histogram-js'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { start } from './session.ts'

let folder = ''
let server: Server
let url = ''
let isBroken = false

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-steering-'))
  server = createServer((_, answer) => {
    answer.statusCode = isBroken ? 500 : 200
    answer.setHeader('set-cookie', 'sid=s3cr3t')
    answer.end('{"price_cents":1,"token":"s3cr3t"}')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true })
})

const file = 'test/transcripts/steering/workload.ts'
const steady = `${file}#steady`

interface LoadJson {
  readonly phases: readonly {
    readonly name: string
    readonly actions: readonly { readonly due: number }[]
  }[]
  readonly sessions: { readonly started: number }
  readonly caveats: readonly { readonly code: string; readonly text: string }[]
  readonly claims: readonly { readonly claim: string; readonly verdict: string }[]
}

test('a load is steered over its socket, and its record says that it is no measurement', async () => {
  const load = start(`plimsoll load ${steady} --at ${url} --records ${folder} --json -`)
  await expect.poll(() => load.said.stderr, { timeout: 10_000 }).toContain(' s  steady: ')
  const records = /Records: (\S+)/.exec(load.said.stderr)?.[1] ?? ''
  const steer = async (words: string) =>
    (await start(`plimsoll steer ${records} ${words}`).ended).stdout
  expect(await steer('pause')).toMatch(/^paused in steady, second \d+\n$/)
  expect(await steer('rate 2')).toMatch(/^paused in steady, second \d+, 2 × the planned rate\n$/)
  expect(await steer('resume')).toMatch(/^running in steady, second \d+, 2 × the planned rate\n$/)
  expect(await steer('status')).toMatch(/^running in steady/)
  expect(await steer('stop')).toMatch(/^ended/)
  const { stdout, code } = await load.ended
  expect(code).toBe(0)
  const { phases, caveats } = JSON.parse(stdout) as LoadJson
  expect(phases.map(({ name }) => name)).toEqual(['steady'])
  expect(caveats.find(({ code }) => code === 'steered')?.text).toMatch(
    /^Steered by hand: paused in second \d+, 2 × the planned rate from second \d+, resumed in second \d+, stopped in/,
  )
  const late = await start(`plimsoll steer ${records} status`).ended
  expect([late.code, late.stderr]).toEqual([3, expect.stringContaining('[load-not-found]')])
}, 60_000)

test('a service level that breaks ends the load early, with 1, and every output tells it', async () => {
  isBroken = true
  const outs = ['csv', 'md', 'xml', 'prom', 'hlog', 'json'].map((ending) =>
    join(folder, `out.${ending}`),
  )
  const words = `${steady} --at ${url} --records ${folder} ${outs.map((out) => `--out ${out}`).join(' ')}`
  const load = start(`plimsoll load ${words} --level p99<200ms --level failures<1%`)
  const began = performance.now()
  const { stdout, code } = await load.ended
  isBroken = false
  expect(code).toBe(1)
  expect(performance.now() - began).toBeLessThan(20_000)
  expect(stdout).toMatch(
    /Ended in second \d+, in phase steady: "response time p99 below 200 ms" could not hold/,
  )
  expect(stdout).toContain('fails: failures below 1 % in steady (100 % of ')
  const [csv, md, xml, prom, hlog, json] = await Promise.all(
    outs.map((out) => readFile(out, 'utf8')),
  )
  expect(csv?.split('\n')[1]).toMatch(/^steady,1,0,steady,true,GET \/a,\d+,0,/)
  expect(md).toContain('**fails**')
  expect(xml).toContain('<failure message="100 % of ')
  expect(prom).toMatch(/outcome="failed"\} [1-9]/)
  expect(new HistogramLogReader(hlog ?? '').nextIntervalHistogram()).toBeNull()
  expect((JSON.parse(json ?? '') as LoadJson).caveats).toMatchObject([{ code: 'ended-early' }])
}, 60_000)

test('a load that holds its levels ends with 0, and its histograms are read by other tools', async () => {
  const hlog = join(folder, 'fine.hlog')
  const words = `${file}#brief --at ${url} --records ${folder} --out ${hlog}`
  const { code, stdout } = await start(`plimsoll load ${words} --level failures<1%`).ended
  expect([code, stdout]).toEqual([0, expect.stringContaining('holds: failures below 1 % in short')])
  const reader = new HistogramLogReader(await readFile(hlog, 'utf8'))
  let count = 0
  for (
    let read = reader.nextIntervalHistogram();
    read !== null;
    read = reader.nextIntervalHistogram()
  ) {
    count += read.totalCount
  }
  expect(count).toBe(40)
}, 60_000)

test('two processes play the sessions of one, each its share', async () => {
  const startedBy = async (processes: number) => {
    const words = `${file}#shared --at ${url} --records ${folder} --processes ${processes} --json -`
    const { code, stdout, stderr } = await start(`plimsoll load ${words}`).ended
    expect(code).toBe(0)
    const { sessions } = JSON.parse(stdout) as LoadJson
    const records = /Records: (\S+)/.exec(stderr)?.[1] ?? ''
    const files = await readdir(records, { recursive: true })
    const parts = files.find((name) => name.endsWith('parts.ndjson')) ?? ''
    const rows = (await readFile(join(records, parts), 'utf8')).trim().split('\n')
    const instances = rows.map((row) => (JSON.parse(row) as { instance: number }).instance)
    expect([...new Set(instances)]).toEqual(Array.from({ length: processes }, (_, n) => n))
    return sessions.started
  }
  const one = await startedBy(1)
  expect(one).toBeGreaterThan(50)
  expect(await startedBy(2)).toBe(one)
}, 60_000)

test('a load that runs out of open files lives on, says so, and shows nothing of the server', async () => {
  const words = `${file}#crowd --at ${url} --records ${folder} --level failures<1%`
  const load = start(`plimsoll load ${words}`, { openFilesAtMost: 100 })
  const { code, stdout } = await load.ended
  expect([code, stdout]).toEqual([2, expect.stringContaining('inconclusive: failures below 1 %')])
  expect(stdout).toMatch(/\n\d+ × the load generator itself could not send: too many open files/)
}, 60_000)

test('a level of an action that never came shows nothing, and ends with 2', async () => {
  const words = `${file}#brief --at ${url} --records ${folder}`
  const load = start(`plimsoll load ${words} --level p99<9s --level "p99 of GET /b < 1 s"`)
  const { code, stdout } = await load.ended
  expect([code, stdout]).toEqual([2, expect.stringContaining('inconclusive: response time p99')])
  expect(stdout).toContain('(no action was due)')
  expect(stdout).toContain('holds: response time p99 below 9000 ms')
}, 60_000)

test('debug prints one session of each persona, without its secrets', async () => {
  const { stdout, code } = await start(`plimsoll load ${file}#brief --at ${url} --debug`).ended
  expect(code).toBe(0)
  expect(
    stdout
      .replaceAll(/\d+\.\d ms/g, '<ms>')
      .replaceAll(/^< (Date|date): .*\n/gm, '')
      .replaceAll(url.slice(7), '<host>'),
  ).toMatchInlineSnapshot(`
    "
    === reader ===

    > GET /a HTTP/1.1
    > Host: <host>
    > User-Agent: plimsoll
    > Accept: */*
    < HTTP/1.1 200 OK
    < set-cookie: sid=•••
    < Connection: keep-alive
    < Keep-Alive: timeout=5
    < Content-Length: 34
    < (<ms>)
    <
    < {"price_cents":1,"token":"•••"}

    > GET /a HTTP/1.1
    > Host: <host>
    > User-Agent: plimsoll
    > Accept: */*
    > authorization: Bearer •••
    > Cookie: sid=•••
    < HTTP/1.1 200 OK
    < set-cookie: sid=•••
    < Connection: keep-alive
    < Keep-Alive: timeout=5
    < Content-Length: 34
    < (<ms>)
    <
    < {"price_cents":1,"token":"•••"}

    Ended, all ok.
    "
  `)
})
