// Whole sessions at the command line, compared with the files in golden/.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RecordFolder, type ExperimentRecord } from '@plimsoll/record'
import { fixtureRecord } from '../../packages/judgement/src/record-fixture.ts'
import { answered, empty } from '../../packages/report/src/fixture/fixture.ts'
import { root, start, transcript } from './session.ts'

const faulty = 'test/transcripts/faulty'
let folder = ''
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'plimsoll-transcripts-'))))
afterAll(() => rm(folder, { recursive: true }))

async function write(name: string, { plan, environment, runs }: ExperimentRecord) {
  const records = new RecordFolder(join(folder, name))
  await records.writePlan(plan, environment)
  for (const run of runs) await (await records.openRun(run)).close()
  return records
}

function golden(name: string): string {
  return `./golden/${name}.txt`
}

test('help teaches every command', async () => {
  const commands = 'run plan load steer init import up report compare sizes'.split(' ')
  const lines = [
    'plimsoll',
    'plimsoll --help',
    ...commands.map((name) => `plimsoll ${name} --help`),
  ]
  await expect(await transcript(lines)).toMatchFileSnapshot(golden('help'))
})

test('sizes are listed with their prices', async () => {
  await expect(await transcript(['plimsoll sizes'])).toMatchFileSnapshot(golden('sizes'))
})

test('a plan says what would be done', async () => {
  const told = await transcript(['plimsoll plan examples/first/experiment.ts'], {
    volatile: [
      [/Scale 1:[\d.]+, one vCPU is [\d.]+/g, 'Scale 1:<scale>, one vCPU is <share>'],
      [/\([\d.]+ cores each\)/g, '(<cores> cores each)'],
      [/[0-9a-f]{12}/g, '<hash>'],
    ],
  })
  await expect(told).toMatchFileSnapshot(golden('plan'))
})

test('words that cannot be used are refused with 3, and what can be is said', async () => {
  const lines = [
    'plimsoll sail',
    'plimsoll constructor',
    'plimsoll sizes all',
    'plimsoll run',
    'plimsoll run a.ts b.ts',
    'plimsoll run nowhere',
    'plimsoll run examples/first/experiment.ts --fast',
    'plimsoll run examples/first/experiment.ts --json',
    'plimsoll run examples/first/experiment.ts --json docs',
    'plimsoll run examples/first/experiment.ts --json no/such/folder/result.json',
    'plimsoll plan examples/first/workload.ts',
    'plimsoll load examples/first/workload.ts',
    'plimsoll load examples/first/workload.ts --at 127.0.0.1:8080',
    'plimsoll load examples/first/workload.ts --at http://127.0.0.1:8080/?page=2',
    'plimsoll load examples/first/workload.ts#nights --at http://127.0.0.1:8080',
    'plimsoll load examples/first/workload.ts --at http://127.0.0.1:8080 --seed 1e3',
    'plimsoll load examples/first/workload.ts --at http://127.0.0.1:8080 --level p99',
    'plimsoll load examples/first/workload.ts --at http://127.0.0.1:8080 --out result.txt',
    'plimsoll steer docs',
    'plimsoll steer docs pause',
    'plimsoll up examples/first/system.ts --port 70000',
    'plimsoll init a b',
    'plimsoll init examples/first',
    'plimsoll import',
    'plimsoll import k6 script.js',
    'plimsoll import har nowhere.har',
    'plimsoll import har examples/data/import/petshop.yaml',
    'plimsoll report docs',
    'plimsoll compare docs',
    'plimsoll compare docs docs',
  ]
  const told = await transcript(lines)
  expect(told.match(/\[exit (?!3\])/g)).toBeNull()
  await expect(told).toMatchFileSnapshot(golden('unusable-words'))
})

test('all faults of a file are told at once, with file, field and what was expected', async () => {
  const lines = [
    `plimsoll plan ${faulty}/workload-experiment.ts`,
    `plimsoll plan ${faulty}/experiment.ts`,
    `plimsoll plan ${faulty}/too-large.ts`,
    `plimsoll plan ${faulty}/plain.ts`,
    `plimsoll plan ${faulty}/throws.ts`,
    `plimsoll up ${faulty}/system.ts`,
    `plimsoll up ${faulty}/system-settings.ts`,
  ]
  const volatile = [
    [/this machine can give [\d.]+ of its \d+/g, 'this machine can give <some> of its <cores>'],
    [/kept in [^)]+/g, 'kept in <cache>'],
    [/Set scale: \d+/g, 'Set scale: <scale>'],
  ] as const
  const told = await transcript(lines, { volatile })
  expect(told.match(/\[exit (?!3\])/g)).toBeNull()
  await expect(told).toMatchFileSnapshot(golden('faulty-files'))
})

test('all settings of a service that cannot be used are told at once', async () => {
  const env = { PORT: 'http', POOL_SIZE: '0', PHOTOS_MAX: 'many' }
  const told = await transcript(['reviews serve'], { env })
  await expect(told).toMatchFileSnapshot(golden('faulty-settings'))
})

test('what is wrong with the machine ends with 4 and one clear sentence', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const lines = [
    `plimsoll up examples/first/system.ts --port ${port}`,
    `plimsoll up ${faulty}/system-that-dies.ts`,
    'plimsoll run examples/first/experiment.ts --records package.json',
  ]
  const told = await transcript(lines, { volatile: [[String(port), '<port>']] })
  server.close()
  expect(told.match(/\[exit (?!4\])/g)).toBeNull()
  await expect(told).toMatchFileSnapshot(golden('broken-environment'))
})

test('a workload is played against a server that is there', async () => {
  const server = createServer((request, answer) => {
    answer.statusCode = request.url === '/gone' ? 404 : 200
    answer.end('{}')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const json = join(folder, 'load.json')
  const line = `plimsoll load ${faulty}/persona.ts --at http://127.0.0.1:${port} --json ${json} --records ${folder}`
  const { stdout, code } = await start(line).ended
  server.closeAllConnections()
  server.close()
  expect(code).toBe(0)
  const steady = stdout.replaceAll(/ +\d+\.\d+/g, ' #.#').replaceAll(root, '<root>/')
  await expect(steady).toMatchFileSnapshot(golden('load'))
  const { actions } = JSON.parse(await readFile(json, 'utf8')) as { actions: { due: number }[] }
  expect(actions.map(({ due }) => due)).toEqual([40, 40])
})

test('a persona that always throws ends the experiment in its warm-up', async () => {
  const line = `plimsoll run ${faulty}/speechless.ts --quick --records ${folder}`
  const { stdout, stderr, code } = await start(line).ended
  expect([stdout, code]).toEqual(['', 3])
  const end = stderr.slice(stderr.indexOf('No session of'))
  const steady = end.replace(/\(\d+\)/, '(<n>)').replaceAll(root, '<root>/')
  await expect(steady).toMatchFileSnapshot(golden('speechless'))
})

test('an experiment that was interrupted before its first run still gives a report', async () => {
  const { plan, environment } = empty().record
  const records = new RecordFolder(join(folder, 'interrupted'))
  await records.writePlan(plan, environment)
  const told = await transcript([`plimsoll report ${records.path}`], {
    volatile: [[folder, '<folder>']],
  })
  await expect(told).toMatchFileSnapshot(golden('report-interrupted'))
})

test('a report is drawn again from its records, and the result goes to standard output alone', async () => {
  const records = await write('answered', answered().record)
  const { plan } = answered().record
  const { stdout, stderr, code } = await start(`plimsoll report ${records.path} --json -`).ended
  expect([stderr, code]).toEqual([`Written: ${records.path}/report.html\n`, 0])
  const { configurations } = JSON.parse(stdout) as { configurations: { name: string }[] }
  expect(configurations.map(({ name }) => name)).toEqual(
    plan.configurations.map(({ name }) => name),
  )
  expect(await readdir(records.path)).toEqual(
    expect.arrayContaining(['judgement.json', 'report.html', 'report.md']),
  )
})

test('two experiments are compared: the same again, one that carries less, one that was asked something else', async () => {
  const [first, again] = [{ a: 100 }, { a: 100 }].map((capacities) => fixtureRecord({ capacities }))
  const less = fixtureRecord({ capacities: { a: 60, b: 100 } })
  await write('first', first!)
  await write('again', again!)
  await write('less', { ...less, environment: { ...less.environment, commit: 'abc' } })
  await write('other', { ...first!, plan: { ...first!.plan, seed: 2 } })
  const lines = ['again', 'less', 'other'].map(
    (after) => `plimsoll compare ${join(folder, 'first')} ${join(folder, after)}`,
  )
  const told = await transcript(lines, { volatile: [[folder, '<folder>']] })
  expect(told.match(/\[exit \d\]/g)).toEqual(['[exit 0]', '[exit 1]', '[exit 2]'])
  await expect(told).toMatchFileSnapshot(golden('compare'))
})

test('records that are broken are refused with 3, by the file that is', async () => {
  const { plan, environment, runs } = answered().record
  const records = new RecordFolder(join(folder, 'broken'))
  await records.writePlan(plan, environment)
  await (await records.openRun(runs[0]!)).close()
  await writeFile(join(records.runsPath, `${runs[0]!.configuration}-1`, 'summary.json'), '{')
  const other = new RecordFolder(join(folder, 'other'))
  await other.writePlan(plan, environment)
  await other.writeJson('plan.json', {})
  const told = await transcript(
    [`plimsoll report ${records.path}`, `plimsoll report ${other.path}`],
    { volatile: [[folder, '<folder>']] },
  )
  expect(told.match(/\[exit (?!3\])/g)).toBeNull()
  await expect(told).toMatchFileSnapshot(golden('report-broken'))
})
