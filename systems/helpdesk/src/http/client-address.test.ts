import { expect, test } from 'vitest'

import { clientAddress, proxiesFrom } from './client-address.ts'

const from = (ip: string, forwarded?: string | string[], trusted = '') =>
  clientAddress({ ip, headers: { 'x-forwarded-for': forwarded } }, proxiesFrom(trusted)!)

test('without a proxy that is trusted the header says nothing', () => {
  expect(from('192.0.2.7')).toBe('192.0.2.7')
  expect(from('192.0.2.7', '198.51.100.1')).toBe('192.0.2.7')
  expect(from('::ffff:192.0.2.7', '198.51.100.1')).toBe('192.0.2.7')
})

test('a balancer on this machine of which nobody told is no client', () => {
  for (const ip of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
    expect(from(ip, '198.51.100.1')).toBe(undefined)
  }
})

test.each([
  ['198.51.100.1', '198.51.100.1'],
  // What a client made up stands before what the proxy heard.
  ['203.0.113.9, 198.51.100.1', '198.51.100.1'],
  ['127.0.0.1, 198.51.100.1', '198.51.100.1'],
  [['203.0.113.9', '198.51.100.1'], '198.51.100.1'],
  // Two proxies, one behind the other.
  ['203.0.113.9, 198.51.100.1, 10.1.2.3', '198.51.100.1'],
  ['198.51.100.1, nonsense', undefined],
  ['198.51.100.1, ', undefined],
  ['10.1.2.3', undefined],
  [undefined, undefined],
])('a trusted proxy that heard %j names %s', (forwarded, client) => {
  for (const ip of ['127.0.0.1', '::ffff:127.0.0.1', '10.9.9.9']) {
    expect(from(ip, forwarded, '127.0.0.1, 10.0.0.0/8')).toBe(client)
  }
})

test('of IPv6 the network counts, however it is written', () => {
  expect(from('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2')
  expect(from('2001:DB8:1:2::9')).toBe('2001:db8:1:2')
  expect(from('2001:db8::9')).toBe('2001:db8:0:0')
  expect(from('2001::2:3:4:5:6:7')).toBe('2001:0:2:3')
  expect(from('fd00::1', '2001:db8:1:2::9', 'fd00::/8')).toBe('2001:db8:1:2')
})

test.each([
  'balancer',
  '10.0.0.0/33',
  '10.0.0.0/x',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '1.2.3',
  'fd00::/129',
])('%s is neither an address nor a network', (text) => {
  expect(proxiesFrom(`127.0.0.1,${text}`)).toBe(undefined)
})
