// Chooses the balancer and says how to start it.

import { fileURLToPath } from 'node:url'
import { setServerState } from './haproxy-admin.ts'
import { haproxyCommand, haproxyPath, haproxyVersion, type BalancerTargets } from './haproxy.ts'

export interface BalancerProgram {
  /** As the report names it: `HAProxy 2.6.12` or `built-in`. */
  readonly name: string
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Tells it that the instance on this port is about to go, or is there again. */
  readonly tell: (port: number, state: 'ready' | 'drain') => Promise<void>
}

/** HAProxy where it is installed, else the built-in one; `PLIMSOLL_BALANCER=built-in` asks for the latter. */
export async function balancerProgram(
  targets: BalancerTargets,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<BalancerProgram> {
  const path = env['PATH'] ?? ''
  const version = env['PLIMSOLL_BALANCER'] === 'built-in' ? null : haproxyVersion(path)
  if (version !== null) {
    const command = await haproxyCommand(targets, folder)
    const tell = async (port: number, state: 'ready' | 'drain') => {
      const server = targets.instances.indexOf(port)
      if (server >= 0) await setServerState({ admin: targets.admin, server, state })
    }
    return { name: `HAProxy ${version}`, command, env: { PATH: haproxyPath(path) }, tell }
  }
  const main = fileURLToPath(new URL('./built-in-main.ts', import.meta.url))
  const { port, ready, keep_alive, instances } = targets
  const args = [port, ready, keep_alive, ...instances].map(String)
  // It tries another one by itself when an instance refuses, and takes that one out at once.
  const tell = async () => {}
  return { name: 'built-in', command: ['node', main, ...args], env: { PATH: path }, tell }
}
