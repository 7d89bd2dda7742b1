import { expect, test } from 'vitest'
import { installedPackage, postgresBinaries } from './binaries.ts'

test('a platform without binaries is told so, with the way out', async () => {
  await expect(installedPackage('amiga-m68k')).rejects.toMatchObject({
    code: 'postgres-absent',
    blame: 'environment',
    message: 'There are no PostgreSQL binaries for amiga-m68k in node_modules.',
    hint: expect.stringContaining('DATABASE_URL') as string,
  })
})

test('a folder without the programs is told, with what was found there', async () => {
  const env = { PLIMSOLL_POSTGRES: import.meta.dirname }
  await expect(postgresBinaries(undefined, env)).rejects.toMatchObject({
    code: 'postgres-absent',
    message: expect.stringMatching(/expected a folder with initdb and postgres.*ENOENT/) as string,
    hint: expect.stringContaining('unset it') as string,
  })
})
