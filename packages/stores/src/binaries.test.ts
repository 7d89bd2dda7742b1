import { expect, test } from 'vitest'
import { installedPackage } from './binaries.ts'

test('a platform without binaries is told so, with the way out', async () => {
  await expect(installedPackage('amiga-m68k')).rejects.toMatchObject({
    code: 'postgres-absent',
    blame: 'environment',
    message: 'There are no PostgreSQL binaries for amiga-m68k in node_modules.',
    hint: expect.stringContaining('DATABASE_URL') as string,
  })
})
