import { expect, test } from 'vitest'
import { Tokens } from './tokens.ts'

let now = 1_800_000_000_000

function tokens({ secret = 'a'.repeat(32), remembered = 10 } = {}) {
  return new Tokens<string>({
    secret,
    lifetime_seconds: 60,
    remembered,
    identityOf: ({ sub }) => sub,
    now: () => now,
  })
}

test('a token names who it was issued for, until it expires', async () => {
  const issuer = tokens()
  const token = await issuer.issue({ sub: 'alice' })
  expect(issuer.known(token)).toBeUndefined()
  expect(await issuer.verify(token)).toEqual({ identity: 'alice', expires: now + 60_000 })
  expect(issuer.known(token)?.identity).toBe('alice')
  now += 60_001
  expect(issuer.known(token)).toBeUndefined()
  expect(await issuer.verify(token)).toBeUndefined()
})

test('a token of another key, or for nobody, names nobody', async () => {
  expect(
    await tokens().verify(await tokens({ secret: 'b'.repeat(32) }).issue({ sub: 'alice' })),
  ).toBeUndefined()
  expect(await tokens().verify(await tokens().issue({}))).toBeUndefined()
})

test('of more tokens than may be remembered the oldest is forgotten', async () => {
  const issuer = tokens({ remembered: 2 })
  const names = ['a', 'b', 'c']
  const issued = await Promise.all(names.map((sub) => issuer.issue({ sub })))
  for (const token of issued) await issuer.verify(token)
  expect(issued.map((token) => issuer.known(token)?.identity)).toEqual([undefined, 'b', 'c'])
})
