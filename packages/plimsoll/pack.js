// What `npm pack -w packages/plimsoll` puts into the tarball: all packages as JavaScript with types in one, because Node
// strips no types below node_modules and the workspaces are not published by themselves. `prepack` builds dist/ and
// writes the manifest for it; `postpack` puts things back. A build that was cut off is put back by the next one.

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const packages = join(here, '..')
const dist = join(here, 'dist')
const manifest = join(here, 'package.json')
/** Where the manifest of the workspace waits meanwhile. */
const kept = join(here, 'package.workspace.json')

/** Everything that is imported or started as a program of its own. */
const entries = [
  'plimsoll/src/index.ts',
  'plimsoll/src/main.ts',
  'engine/src/engine-process.ts',
  'lab/src/platform/balancer/built-in-main.ts',
  'lab/src/platform/watchdog-main.ts',
  'stores/src/queue-main.ts',
]

const bundled = 'engine judgement lab record report statistics stores workload'.split(' ')

putBack()
if (process.argv[2] === 'prepack') {
  compile()
  for (const file of filesBelow(dist)) if (/\.(js|d\.ts)$/.test(file)) pointToFiles(file)
  writeManifest()
}

function putBack() {
  rmSync(dist, { recursive: true, force: true })
  if (existsSync(kept)) renameSync(kept, manifest)
}

function compile() {
  const config = join(here, 'tsconfig.pack.json')
  const options = {
    extends: '../../tsconfig.json',
    compilerOptions: {
      noEmit: false,
      incremental: false,
      tsBuildInfoFile: null,
      declaration: true,
      rewriteRelativeImportExtensions: true,
      rootDir: '..',
      outDir: 'dist',
      // As if they were not packages: what is found below node_modules is not compiled.
      paths: sourcesByName(),
    },
    files: entries.map((entry) => join(packages, entry)),
    include: [],
  }
  writeFileSync(config, JSON.stringify(options))
  const tsc = join(packages, '../node_modules/.bin/tsc')
  const { status, error } = spawnSync(tsc, ['-p', config], { stdio: ['ignore', 2, 2] })
  rmSync(config)
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`tsc ended with ${status}: see above`)
}

/** `@plimsoll/lab` → the source of its index, and so for every other entry. */
function sourcesByName() {
  const named = bundled.flatMap((name) => {
    const { exports } = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8'))
    const entries = typeof exports === 'string' ? { '.': exports } : exports
    return Object.entries(entries).map(([entry, file]) => [
      join('@plimsoll', name, entry).replace(/\/$/, ''),
      [join(packages, name, file)],
    ])
  })
  return Object.fromEntries(named)
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true }).map((name) => join(folder, name))
}

/** Packages, source files and programs by their path in dist: `@plimsoll/lab` → `../../lab/src/index.js`. */
function pointToFiles(file) {
  const text = readFileSync(file, 'utf8')
  const pointed = text
    .replaceAll(
      /(from |import\()(['"])@plimsoll\/([a-z]+)(?:\/([a-z-]+))?\2/g,
      (_, before, quote, name, entry = 'index') => {
        const path = relative(dirname(file), join(dist, name, 'src', `${entry}.js`))
        return `${before}${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`
      },
    )
    .replaceAll(/((?:from |import\(|new URL\()['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1.js$2')
  writeFileSync(file, pointed)
}

function writeManifest() {
  const own = JSON.parse(readFileSync(manifest, 'utf8'))
  const { private: _private, scripts: _scripts, ...published } = own
  const manifests = [
    own,
    ...bundled.map((name) =>
      JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8')),
    ),
  ]
  const all = (field) =>
    Object.fromEntries(
      manifests
        .flatMap((one) => Object.entries(one[field] ?? {}))
        .filter(([name]) => !name.startsWith('@plimsoll/')),
    )
  renameSync(manifest, kept)
  const written = {
    ...published,
    engines: { node: '>=24' },
    exports: {
      '.': { types: './dist/plimsoll/src/index.d.ts', default: './dist/plimsoll/src/index.js' },
      './bin/launch.js': './bin/launch.js',
    },
    files: ['bin', 'dist'],
    dependencies: all('dependencies'),
    optionalDependencies: all('optionalDependencies'),
  }
  writeFileSync(manifest, `${JSON.stringify(written, undefined, 2)}\n`)
  // Where version.js looks.
  writeFileSync(
    join(dist, 'plimsoll/package.json'),
    JSON.stringify({ version: own.version, type: 'module' }),
  )
}
