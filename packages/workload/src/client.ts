// How the requests of a workload travel: certificates, proxy, connections, redirects. All of it has a default, so
// that most workloads say nothing.

import type { Fault } from './plimsoll-error.ts'
import type { Milliseconds } from './units.ts'

export interface ClientOptions {
  /** Default `http/1.1`. `http/2` carries many requests on one connection; no other is then spoken. */
  readonly protocol?: 'http/1.1' | 'http/2'
  /** For https. Certificates are always verified: against `ca`, else against the system's authorities. */
  readonly tls?: TlsOptions
  /** An HTTP proxy, `http://[user:password@]host:port`; https goes through it by CONNECT. HTTP/1.1 only. */
  readonly proxy?: string
  /** A connection is closed after so many requests, so that new instances get their share. Default: no limit. */
  readonly requestsPerConnection?: number
  /** A connection takes no new request after this time. Default: no limit. */
  readonly connectionLifetime?: Milliseconds
  /** How many redirects to the same server are followed within one action. Default 0: a redirect is the answer. */
  readonly redirects?: number
}

/** PEM files: paths, or `new URL('ca.pem', import.meta.url)` to stand beside the workload. */
export interface TlsOptions {
  readonly ca?: string | URL
  /** The client's own, for servers that ask for one. */
  readonly certificate?: string | URL
  readonly key?: string | URL
}

/** What is wrong with them. */
export function clientFaults(client: ClientOptions): Fault[] {
  const faults: Fault[] = []
  const wrong = (field: string, problem: string) =>
    faults.push({ where: `client.${field}`, problem })
  const { protocol = 'http/1.1', tls, proxy, redirects = 0 } = client
  if (protocol !== 'http/1.1' && protocol !== 'http/2') {
    wrong('protocol', `expected http/1.1 or http/2, found ${String(protocol)}`)
  }
  if (proxy !== undefined) {
    if (URL.parse(proxy)?.protocol !== 'http:') {
      wrong('proxy', `expected http://host:port, found ${JSON.stringify(proxy)}`)
    }
    if (protocol === 'http/2') wrong('proxy', 'expected none with http/2, found one')
  }
  if ((tls?.certificate === undefined) !== (tls?.key === undefined)) {
    wrong('tls', 'expected certificate and key together, found one of them')
  }
  const { requestsPerConnection: requests = 1, connectionLifetime: lifetime = 1 } = client
  if (!(Number.isInteger(requests) && requests > 0)) {
    wrong('requestsPerConnection', `expected a whole number above 0, found ${requests}`)
  }
  if (!(lifetime > 0)) wrong('connectionLifetime', `expected a time above 0, found ${lifetime}`)
  if (!(Number.isInteger(redirects) && redirects >= 0 && redirects <= 20)) {
    wrong('redirects', `expected a whole number from 0 to 20, found ${redirects}`)
  }
  return faults
}
