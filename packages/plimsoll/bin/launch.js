// Runs a TypeScript entry in this process when Node can strip types, else in the pinned Node from npm.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const oldestNode = 24

/** Imports `entry` here, or re-executes it with the pinned Node; the exit code is the entry's. */
export async function launch(entry) {
  if (Number(process.versions.node.split('.')[0]) >= oldestNode) {
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

function pinnedNode() {
  const require = createRequire(import.meta.url)
  try {
    return require.resolve(`node-${process.platform}-${process.arch}/bin/node`)
  } catch {
    return undefined
  }
}
