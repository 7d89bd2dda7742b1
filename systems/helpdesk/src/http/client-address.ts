// Where a request comes from. Behind a balancer every connection is the balancer's, and the client is named by
// X-Forwarded-For, to which each proxy appends whom it heard: read from its end, for as long as the one who wrote it
// is trusted. What stands before that a client may have made up.

import type { IncomingHttpHeaders } from 'node:http'
import { BlockList, isIP, isIPv6 } from 'node:net'

/** A request, as far as it says where it comes from. */
export interface Incoming {
  /** Of the connection. */
  readonly ip: string
  readonly headers: IncomingHttpHeaders
}

/** Proxies by address or network, e.g. `10.0.0.0/8, 192.0.2.7`; undefined when one is neither. */
export function proxiesFrom(text: string): BlockList | undefined {
  const proxies = new BlockList()
  for (const each of text.split(',').map((one) => one.trim())) {
    if (each === '') continue
    const [address = '', length, ...rest] = each.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    const bits = family === 'ipv6' ? 128 : 32
    const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : NaN
    if (isIP(address) === 0 || rest.length > 0 || !(prefix <= bits)) return undefined
    proxies.addSubnet(address, prefix, family)
  }
  return proxies
}

/**
 * The address of the client, of IPv6 the network of 64 bits that one customer has. Undefined where it is not known:
 * when a proxy that is trusted names none, and when somebody on this machine asks who is no proxy that is trusted,
 * because that is a balancer of which nobody told.
 */
export function clientAddress({ ip, headers }: Incoming, proxies: BlockList): string | undefined {
  const isTrusted = (address: string) => proxies.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  if (!isTrusted(ip)) return isLoopback(ip) ? undefined : networkOf(ip)
  const heard = [headers['x-forwarded-for'] ?? ''].flat().join(',').split(',')
  const client = heard
    .map((address) => address.trim())
    .findLast((address) => isIP(address) === 0 || !isTrusted(address))
  return client === undefined || isIP(client) === 0 ? undefined : networkOf(client)
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}

function networkOf(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1]
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address
  const [before = '', after] = address.toLowerCase().split('::')
  const groups = before.split(':')
  const last = after === undefined || after === '' ? [] : after.split(':')
  const zeros = Array<string>(Math.max(0, 8 - groups.length - last.length)).fill('0')
  return [...groups, ...zeros, ...last].slice(0, 4).join(':')
}
