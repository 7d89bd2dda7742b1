import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openPostgres } from './open-postgres.ts'

test('a disk without space is told in one sentence, and nothing half made is left', async ({
  skip,
}) => {
  const disk = mkdtempSync(join(tmpdir(), 'plimsoll-small-disk-'))
  try {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', disk], { stdio: 'ignore' })
    } catch {
      skip('this user may not mount a small disk')
    }
    await expect(openPostgres({ cache: disk })).rejects.toMatchObject({
      code: 'disk-full',
      blame: 'environment',
      message: expect.stringMatching(/^[^\n]*there is no space left on the disk\.$/) as string,
    })
    expect(execFileSync('find', [disk, '-name', '.building-*'], { encoding: 'utf8' })).toBe('')
    execFileSync('umount', [disk])
  } finally {
    rmSync(disk, { recursive: true, force: true })
  }
})
