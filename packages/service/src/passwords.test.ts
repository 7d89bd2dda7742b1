import { expect, test } from 'vitest'
import { Passwords } from './passwords.ts'

const passwords = new Passwords({ concurrency: 2, queueLimit: 10, queueTimeout: 10_000 })

test('a password fits its own digest and no other; digests have a salt of their own', async () => {
  const [one, two] = await Promise.all([
    passwords.hash('correct horse'),
    passwords.hash('correct horse'),
  ])
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(one).not.toBe(two)
  expect(await passwords.verify('correct horse', one)).toBe(true)
  expect(await passwords.verify('Correct horse', one)).toBe(false)
})

test('nobody’s password fits, and takes as long as a wrong one', async () => {
  const digest = await passwords.hash('correct horse')
  const time = async (digest: string | undefined) => {
    const since = performance.now()
    expect(await passwords.verify('guess', digest)).toBe(false)
    return performance.now() - since
  }
  await time(undefined)
  expect(await time(undefined)).toBeGreaterThan((await time(digest)) / 10)
})

test('a digest of another kind is our failure, not a wrong password', async () => {
  await expect(passwords.verify('x', '$2b$10$abcdefghijklmnopqrstuv')).rejects.toThrow(
    'no Argon2id',
  )
})
