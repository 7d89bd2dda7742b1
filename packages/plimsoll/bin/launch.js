// Runs a TypeScript entry in this process when Node can strip types, else in the pinned Node from npm.
import { spawn } from 'node:child_process'
import module, { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const oldestNode = 24

/** Imports `entry` here, or re-executes it with the pinned Node; the exit code is the entry's. */
export async function launch(entry) {
  if (Number(process.versions.node.split('.')[0]) >= oldestNode) {
    module.enableCompileCache(cacheFolder())
    await import(entry.href)
    return
  }
  const pinned = pinnedNode()
  if (pinned === undefined) {
    console.error(
      `Plimsoll needs Node ${oldestNode} or newer, found ${process.versions.node} at ${process.execPath}.\n` +
        `Run "npm ci" in the project: it brings a Node of its own on Linux. Elsewhere install Node ${oldestNode}.`,
    )
    process.exit(4)
  }
  const child = spawn(pinned, [fileURLToPath(entry), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
}

/** Where compiled modules are kept, beside what `stores` keeps: a start takes a third of the time. */
function cacheFolder() {
  const named = process.env.XDG_CACHE_HOME
  const home = named === undefined || named === '' ? join(homedir(), '.cache') : named
  return join(process.getuid?.() === 0 ? '/var/cache/plimsoll' : join(home, 'plimsoll'), 'compiled')
}

function pinnedNode() {
  const require = createRequire(import.meta.url)
  try {
    return require.resolve(`node-${process.platform}-${process.arch}/bin/node`)
  } catch {
    return undefined
  }
}
