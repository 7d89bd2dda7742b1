import { expect, test } from 'vitest'

import { settingsFrom } from './settings.ts'

const needed = {
  DATABASE_URL: 'postgres://user:password@127.0.0.1:5432/helpdesk',
  TOKEN_SECRET: 'at least thirty-two characters of one',
}

test('balancers are named by address or network, and what is neither is said', () => {
  expect(settingsFrom(needed).TRUSTED_PROXIES).toBe('')
  const networks = '127.0.0.1, 10.0.0.0/8, fd00::/8'
  expect(settingsFrom({ ...needed, TRUSTED_PROXIES: networks }).TRUSTED_PROXIES).toBe(networks)
  expect(() => settingsFrom({ ...needed, TRUSTED_PROXIES: '127.0.0.1, balancer' })).toThrow(
    'TRUSTED_PROXIES: expected addresses or networks such as 127.0.0.1 or 10.0.0.0/8, found "127.0.0.1, balancer"',
  )
})
