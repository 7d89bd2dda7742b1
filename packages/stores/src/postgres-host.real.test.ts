import { Client } from 'pg'
import { expect, test } from 'vitest'
import { postgresFrom } from './postgres-host.ts'

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('a database can be made from a template, and is gone when it is disposed of', async () => {
  await using host = await postgresFrom({})
  const template = await host.createDatabase()
  await query(template.url, 'create table t as select 5 as x')
  {
    await using copy = await host.createDatabase({ template: template.name })
    expect(await query(copy.url, 'select x from t')).toEqual([{ x: 5 }])
  }
  const names = await query(host.url, `select from pg_database where datname like 'plimsoll_%'`)
  expect(names).toHaveLength(2)
})

test('a server named by DATABASE_URL is used, and left as it was', async () => {
  await using theirs = await postgresFrom({})
  const at = theirs.server?.url ?? ''
  {
    await using host = await postgresFrom({ DATABASE_URL: at })
    expect(host.server).toBeNull()
    expect(new URL(host.url).host).toBe(new URL(at).host)
    await query(host.url, 'create table t ()')
  }
  const names = await query(at, `select from pg_database where datname like 'plimsoll_%'`)
  expect(names).toHaveLength(1)
})

test('an address that is none is told before anything else, without its text', async () => {
  for (const DATABASE_URL of ['localhost', 'mysql://u:secret@127.0.0.1/x']) {
    await expect(postgresFrom({ DATABASE_URL })).rejects.toMatchObject({
      code: 'database-url-invalid',
      blame: 'input',
      message: expect.not.stringContaining('secret') as string,
    })
  }
})

test('a server that cannot be reached is an error of the environment, without its password', async () => {
  const reached = postgresFrom({ DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/x' })
  await expect(reached).rejects.toMatchObject({
    code: 'database-unusable',
    blame: 'environment',
    message: expect.not.stringContaining('secret') as string,
  })
})
