import { expect, test } from 'vitest'
import { cacheFolder } from './cache-folder.ts'

test.each([
  [
    'root keeps it where nobody can reach it',
    { env: {}, uid: 0, home: '/root' },
    '/var/cache/plimsoll',
  ],
  ['a user in ~/.cache', { env: {}, uid: 1000, home: '/home/ann' }, '/home/ann/.cache/plimsoll'],
  [
    'or where XDG_CACHE_HOME says',
    { env: { XDG_CACHE_HOME: '/big' }, uid: 1000, home: '/home/ann' },
    '/big/plimsoll',
  ],
  [
    'an empty XDG_CACHE_HOME counts as none',
    { env: { XDG_CACHE_HOME: '' }, uid: undefined, home: '/Users/ann' },
    '/Users/ann/.cache/plimsoll',
  ],
])('%s', (_, place, folder) => {
  expect(cacheFolder(place)).toBe(folder)
})
