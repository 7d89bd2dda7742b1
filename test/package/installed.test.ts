// The tarball of `npm pack`, installed into an empty folder: examples/first is checked by tsc and played there.

import { spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
let folder = ''
let project = ''
let manifestBefore = ''
const manifest = () => readFileSync(join(root, 'packages/plimsoll/package.json'), 'utf8')
const env = {
  ...process.env,
  // What is not the repository's: a system Node of this version, and npm.
  PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-package-'))
  project = join(folder, 'project')
  mkdirSync(project)
  manifestBefore = manifest()
  npm(['pack', '-w', 'packages/plimsoll', '--pack-destination', folder], root)
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''
  writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }')
  npm(['install', '--prefer-offline', join(folder, tarball)], project)
  cpSync(join(root, 'examples/first'), project, { recursive: true })
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function npm(words: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync('npm', words, { cwd, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm ${words.join(' ')} ended with ${status}:\n${stderr}`)
}

test('packing leaves the repository as it was', () => {
  const left = ['dist', 'package.workspace.json', 'tsconfig.pack.json']
  expect(left.filter((name) => existsSync(join(root, 'packages/plimsoll', name)))).toEqual([])
  expect(manifest()).toBe(manifestBefore)
})

test('the installed package holds JavaScript and types only, and nothing of the workspaces by name', () => {
  const installed = join(project, 'node_modules/plimsoll')
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' })
  expect(files.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))).toEqual([])
  expect(files.filter((name) => name.includes('test'))).toEqual([])
  const found = spawnSync('grep', ['-rlE', `['"]@plimsoll/`, installed], { encoding: 'utf8' })
  expect(found.stdout).toBe('')
})

test('examples/first is type-checked against it', () => {
  const compilerOptions = {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    lib: ['es2025', 'esnext.disposable'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  }
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['*.ts'] }),
  )
  const tsc = join(root, 'node_modules/.bin/tsc')
  expect(spawnSync(tsc, ['-p', project], { encoding: 'utf8' }).stdout).toBe('')
  // What the types say is checked, too: a name that is wrong is an error.
  writeFileSync(join(project, 'wrong.ts'), `import { perSecond } from 'plimsoll'\nperSecond('1')\n`)
  expect(spawnSync(tsc, ['-p', project], { encoding: 'utf8' }).stdout).toContain('wrong.ts(2,11)')
  rmSync(join(project, 'wrong.ts'))
})

test('examples/first is planned, brought up and played by it', async () => {
  const bin = join(project, 'node_modules/.bin/plimsoll')
  const plan = spawnSync(bin, ['plan', 'experiment.ts'], { cwd: project, env, encoding: 'utf8' })
  expect([plan.status, plan.stdout]).toEqual([
    0,
    expect.stringContaining('Do two small servers carry'),
  ])
  const up = spawn(bin, ['up', './system.ts'], { cwd: project, env })
  let said = ''
  up.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  up.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = new Promise((resolve) => up.once('close', resolve))
  try {
    await expect.poll(() => said, { timeout: 60_000 }).toMatch(/is up at/)
    const url = /is up at (\S+)/.exec(said)?.[1] ?? ''
    const words = ['load', 'workload.ts', '--at', url, '--out', 'out.csv']
    const load = spawnSync(bin, words, { cwd: project, env, encoding: 'utf8' })
    expect([load.status, load.stdout]).toEqual([
      0,
      expect.stringMatching(/GET \/prices\/:product +\d{4} /),
    ])
    expect(existsSync(join(project, 'out.csv'))).toBe(true)
  } finally {
    up.kill('SIGINT')
    await ended
  }
}, 180_000)
