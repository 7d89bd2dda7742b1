// HAProxy in front of the instances: least connections, connections to users always kept, those to the
// instances as asked. It asks another instance only when a connection could not be made, so no request is
// ever sent twice.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'

export interface BalancerTargets {
  readonly port: number
  /** Ports of the instances, on 127.0.0.1. */
  readonly instances: readonly number[]
  /** Path of the health check. */
  readonly ready: string
  /** Whether connections to the instances are used again, or made for every request. */
  readonly keep_alive: 'on' | 'off'
  /** Port of 127.0.0.1 on which it is told which instances come and go. */
  readonly admin: number
}

/** The version of the HAProxy on the path, e.g. `2.6.12`; null when there is none. */
export function haproxyVersion(path: string): string | null {
  // On Debian it lies in /usr/sbin, which is not on every user's path.
  const { stdout } = spawnSync('haproxy', ['-v'], {
    env: { PATH: haproxyPath(path) },
    encoding: 'utf8',
    timeout: 5_000,
  })
  return /version (\d+\.\d+\.\d+)/.exec(stdout ?? '')?.[1] ?? null
}

/** The path on which HAProxy is looked for. */
export function haproxyPath(path: string): string {
  return `${path}:/usr/sbin:/usr/local/sbin`
}

/** Writes the configuration to `folder` and returns the command that serves it in the foreground. */
export async function haproxyCommand(
  targets: BalancerTargets,
  folder: string,
): Promise<readonly string[]> {
  const file = join(folder, 'haproxy.cfg')
  await writeFile(file, haproxyConfiguration(targets))
  return ['haproxy', '-db', '-f', file]
}

/**
 * The text of haproxy.cfg. A health check may take 5 s and must fail three times: a saturated instance is
 * slow and still carries its share, and taking it out would push the others over. For the same reason a connection
 * that could not be made takes none out: a full one does not accept in time, and tried so, all of them were out at once.
 * Idle connections to the instances stay: closing half of them every 5 s, as is the default, is work at an instance
 * that is saturated.
 */
export function haproxyConfiguration(targets: BalancerTargets): string {
  const { port, instances, ready, keep_alive, admin } = targets
  const connections = keep_alive === 'on' ? 'http-reuse always' : 'option http-server-close'
  const servers = instances.map(
    (instance, n) => `  server instance-${n} 127.0.0.1:${instance} check`,
  )
  return `global
  nbthread 1
  maxconn 12000
  no strict-limits
  noreuseport
  stats socket ipv4@127.0.0.1:${admin} level admin

defaults
  mode http
  maxconn 12000
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout queue 10s
  timeout http-request 10s
  timeout http-keep-alive 60s
  timeout check 5s
  option http-keep-alive
  option redispatch 1
  retries 3
  retry-on conn-failure

frontend entry
  bind 127.0.0.1:${port}
  default_backend instances

backend instances
  balance leastconn
  ${connections}
  option httpchk GET ${ready}
  http-check expect status 200
  default-server pool-purge-delay 300s inter 1s fastinter 250ms fall 3 rise 1
${servers.join('\n')}
`
}
