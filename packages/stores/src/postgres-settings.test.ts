import { expect, test } from 'vitest'
import { postgresConfiguration, undurable } from './postgres-settings.ts'

test('a database is durable, on loopback only, and takes the settings of its part', () => {
  const text = postgresConfiguration({ shared_buffers: '1GB', search_path: `it's` }, 5555)
  expect(text).toContain("fsync = 'on'\n")
  expect(text).toContain("synchronous_commit = 'on'\n")
  expect(text).toContain("full_page_writes = 'on'\n")
  expect(text).toContain("listen_addresses = '127.0.0.1'\n")
  expect(text).toContain("shared_buffers = '1GB'\n")
  expect(text).toContain("search_path = 'it''s'\n")
})

test('settings that would lose data or move the server are refused, all at once', () => {
  const settings = {
    fsync: 'off',
    synchronous_commit: 'remote_write',
    port: '1',
    "x = 'y'\nfsync": 'off',
    application_name: "a'\nfsync = off",
  }
  expect(() => postgresConfiguration(settings, 1)).toThrowError(
    expect.objectContaining({
      code: 'postgres-settings-invalid',
      blame: 'input',
      faults: Object.keys(settings).map((name) =>
        expect.objectContaining({ where: `settings.${name}` }),
      ),
    }) as Error,
  )
})

test('a server that came up without fsync is found out', () => {
  const row = { fsync: 'off', synchronous_commit: 'on', full_page_writes: 'on' }
  expect(undurable(row)).toEqual(['fsync = off'])
  expect(undurable({ ...row, fsync: 'on' })).toEqual([])
})
