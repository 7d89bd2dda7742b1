// How requests travel to one target: what the workload's `client` says, with files read and defaults filled in.

import { readFileSync } from 'node:fs'
import { createSecureContext, type SecureContext } from 'node:tls'
import { PlimsollError, type ClientOptions, type TlsOptions } from '@plimsoll/workload'

export interface Proxy {
  readonly host: string
  readonly port: number
  /** The value of `Proxy-Authorization`; empty: none. */
  readonly authorization: string
}

export interface Travel {
  readonly protocol: 'http/1.1' | 'http/2'
  readonly pem: Pem
  readonly secureContext: SecureContext | undefined
  readonly proxy: Proxy | null
  /** Infinity: no limit. */
  readonly requestsPerConnection: number
  /** ms. */
  readonly connectionLifetime: number
  readonly redirects: number
}

/** What the files hold. */
export interface Pem {
  readonly ca?: Buffer
  readonly cert?: Buffer
  readonly key?: Buffer
}

/** Reads the certificates. Throws `certificate-unusable`. */
export function travelOf(client: ClientOptions): Travel {
  const pem = pemOf(client.tls ?? {})
  return {
    protocol: client.protocol ?? 'http/1.1',
    pem,
    secureContext: client.tls === undefined ? undefined : contextOf(pem),
    proxy: client.proxy === undefined ? null : proxyOf(new URL(client.proxy)),
    requestsPerConnection: client.requestsPerConnection ?? Infinity,
    connectionLifetime: client.connectionLifetime ?? Infinity,
    redirects: client.redirects ?? 0,
  }
}

function proxyOf({ hostname, port, username, password }: URL): Proxy {
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 80 : Number(port),
    authorization: username === '' ? '' : `Basic ${Buffer.from(user).toString('base64')}`,
  }
}

function pemOf({ ca, certificate, key }: TlsOptions): Pem {
  return {
    ...(ca === undefined ? {} : { ca: read(ca) }),
    ...(certificate === undefined ? {} : { cert: read(certificate) }),
    ...(key === undefined ? {} : { key: read(key) }),
  }
}

function read(file: string | URL): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw unusable(`${String(file)} cannot be read: ${(cause as Error).message}`, cause)
  }
}

function contextOf(pem: Pem): SecureContext {
  try {
    return createSecureContext(pem)
  } catch (cause) {
    throw unusable(`expected PEM files that belong together: ${(cause as Error).message}`, cause)
  }
}

function unusable(problem: string, cause: unknown): PlimsollError {
  return new PlimsollError({
    code: 'certificate-unusable',
    blame: 'input',
    message: `The workload's client.tls cannot be used: ${problem}.`,
    hint: 'Look at the file with `openssl x509 -in FILE -text`; `new URL(FILE, import.meta.url)` finds it beside the workload.',
    cause,
  })
}
