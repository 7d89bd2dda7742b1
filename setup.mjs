// Makes a fresh clone ready, then runs the command it was given: `node setup.mjs COMMAND ARGS…`.
// Plain JavaScript for the system's Node ≥ 20; everything after it runs on the Node pinned in package.json.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('.', import.meta.url))
const modules = join(root, 'node_modules')
const stamp = join(modules, '.plimsoll-installed')
let isInterrupted = false

requireVersion('Node', process.versions.node, 20)
if (!isInstalled()) await install()
const [command, ...args] = process.argv.slice(2)
process.exit(command === undefined ? 0 : await run(command, args))

function requireVersion(name, found, oldest) {
  if (Number(found.split('.')[0]) >= oldest) return
  console.error(`Plimsoll needs ${name} ${oldest} or newer to set itself up, found ${found}.`)
  process.exit(4)
}

/** What is installed is known by the lock file it was installed from. */
function fingerprint() {
  const lock = readFileSync(join(root, 'package-lock.json'))
  return createHash('sha256')
    .update(lock)
    .update(process.platform + process.arch)
    .digest('hex')
}

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint()
}

async function install() {
  const started = Date.now()
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`
  console.error('Setting up: installing the packages of package-lock.json (about 700 MB on disk) …')
  rmSync(stamp, { force: true })
  const heartbeat = setInterval(() => console.error(`  still installing, ${elapsed()} …`), 10_000)
  const code = await run('npm', ['ci', '--ignore-scripts', '--loglevel=error'])
  clearInterval(heartbeat)
  if (isInterrupted) {
    console.error('Setting up was interrupted; the next start begins it anew.')
    process.exit(130)
  }
  if (code !== 0) {
    console.error(
      `Setting up failed: "npm ci" ended with ${code}. Its message is above; try again when it is mended.`,
    )
    process.exit(4)
  }
  writeFileSync(stamp, fingerprint())
  console.error(`Set up in ${elapsed()}.`)
}

/** The child shares the terminal, so Ctrl-C reaches it directly: here it is only waited for. */
function run(command, args) {
  const path = join(modules, '.bin') + delimiter + (process.env.PATH ?? '')
  const child = spawn(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  })
  process.on('SIGINT', () => {
    isInterrupted = true
  })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`Could not start "${command}": ${error.message}`)
      resolve(4)
    })
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)))
  })
}
