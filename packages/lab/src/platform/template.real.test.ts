import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  cacheFolder,
  isRunning,
  makeCacheFolder,
  openPostgres,
  postgresFrom,
  until,
} from '@plimsoll/stores'
import type { System } from '../system.ts'
import { prepareTemplate } from './template.ts'
import { trialSystem } from './trial-system/trial.ts'

let cache = ''
beforeAll(async () => {
  await makeCacheFolder(cacheFolder())
  cache = await mkdtemp(join(cacheFolder(), 'test-'))
  await makeCacheFolder(cache)
})
afterAll(() => rm(cache, { recursive: true, force: true }))

test('data is prepared once, kept, and every run starts from a copy of it', async () => {
  const lines: string[] = []
  const options = {
    system: trialSystem(),
    seed: 1,
    cache,
    onProgress: (l: string) => lines.push(l),
  }
  const folders = await prepareTemplate(options)
  const made = /made (\w+)/.exec(lines.join('\n'))?.[1] ?? ''
  expect(made).toMatch(/^plimsoll_/)
  expect(lines).toContain(options.system.prepare[0]?.command)

  lines.length = 0
  expect(await prepareTemplate(options)).toEqual(folders)
  expect(lines).toEqual(['data of trial: prepared before, taken from the cache'])
  expect(await readdir(join(cache, 'temporary'))).toEqual([])

  for (let run = 0; run < 2; run += 1) {
    await using server = await openPostgres({ cache, from: folders['database'] ?? '' })
    await using host = await postgresFrom({ DATABASE_URL: server.url })
    await using copy = await host.createDatabase({ template: made })
    expect(copy.name).not.toBe(made)
  }
})

test('another seed, another command or another source makes another template; three are kept', async () => {
  const source = trialSystem()
  const folder = join(await mkdtemp(join(cache, 'system-')), 'trial')
  await cp(source.folder, folder, { recursive: true })
  const system: System = { ...source, name: 'other', folder, prepare: [{ command: 'true' }] }
  const place = async (changed: Partial<System>, seed = 1) =>
    (await prepareTemplate({ system: { ...system, ...changed }, seed, cache }))['database']
  const first = await place({})
  const places = [first, await place({}, 2), await place({ prepare: [{ command: ':' }] })]
  await writeFile(join(folder, 'src', 'new.sql'), 'select 1')
  places.push(await place({}))
  expect(new Set(places).size).toBe(4)
  const kept = await readdir(join(cache, 'templates', 'other'))
  expect(kept).toHaveLength(3)
  expect(first).not.toContain(kept[0])
})

test('a file that a command names belongs to the template, wherever it lies in the system', async () => {
  const source = trialSystem()
  const folder = await mkdtemp(join(cache, 'named-'))
  const prepare = [{ command: 'test -s schema.sql' }]
  const system: System = { ...source, name: 'named', folder, prepare }
  const prepareWith = async (schema: string) => {
    await writeFile(join(folder, 'schema.sql'), schema)
    return (await prepareTemplate({ system, seed: 1, cache }))['database']
  }
  const first = await prepareWith('select 1')
  expect(await prepareWith('select 2')).not.toBe(first)
  expect(await prepareWith('select 1')).toBe(first)
})

test('two runs at once prepare the same template without harm', async () => {
  const options = { system: { ...trialSystem(), name: 'twice' }, seed: 1, cache }
  const [a, b] = await Promise.all([prepareTemplate(options), prepareTemplate(options)])
  expect(a).toEqual(b)
  expect(await readdir(join(cache, 'templates', 'twice'))).toHaveLength(1)
})

test('a preparation that was killed leaves no template, no server and no command behind', async () => {
  const place = await makeCacheFolder(await mkdtemp(join(cache, 'killed-')))
  const told = join(place, 'told')
  const lab = spawn(process.execPath, ['--input-type=module-typescript', '-e', preparing(told)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env['PATH'], PLACE: place },
  })
  expect(await until(() => existsSync(told), { deadline_ms: 60_000 })).toBe(true)
  const command = Number(await readFile(told, 'utf8'))
  expect(await isRunning(command)).toBe(true)
  lab.kill('SIGKILL')
  const isClean = async () =>
    !(await isRunning(command)) &&
    (await readdir(join(place, 'journals'))).length === 0 &&
    (await readdir(join(place, 'temporary'))).length === 0
  expect(await until(isClean, { deadline_ms: 8_000, every_ms: 100 })).toBe(true)
  expect(await readdir(join(place, 'templates', 'trial'))).toEqual([])
})

function preparing(told: string): string {
  return `
    import { prepareTemplate } from ${JSON.stringify(import.meta.resolve('./template.ts'))}
    import { trialSystem } from ${JSON.stringify(import.meta.resolve('./trial-system/trial.ts'))}
    const prepare = [{ command: 'echo $$ > ${told}.part; mv ${told}.part ${told}; sleep 600' }]
    const system = { ...trialSystem(), prepare }
    await prepareTemplate({ system, seed: 1, cache: process.env.PLACE })
  `
}

test('a command that fails is shown with its last lines, and nothing half prepared is kept', async () => {
  const system: System = {
    ...trialSystem(),
    name: 'failing',
    prepare: [{ command: 'echo before; echo no such table >&2; exit 7' }],
  }
  await expect(prepareTemplate({ system, seed: 1, cache })).rejects.toMatchObject({
    code: 'prepare-failed',
    blame: 'environment',
    message: expect.stringMatching(/it ended with 7\.\n[^]*no such table/) as string,
  })
  expect(await readdir(join(cache, 'templates', 'failing'))).toEqual([])
  expect(await readdir(join(cache, 'temporary'))).toEqual([])
})
