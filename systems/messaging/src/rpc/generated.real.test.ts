// The generated code is what the proto file makes, without a network.

import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const system = fileURLToPath(new URL('../../', import.meta.url))

test('the generated code is that of the proto file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-proto-'))
  try {
    execFileSync('buf', ['generate', '--output', folder], { cwd: system })
    const made = await readFile(join(folder, 'src/rpc/generated/messaging_pb.ts'), 'utf8')
    expect(await readFile(join(system, 'src/rpc/generated/messaging.ts'), 'utf8')).toBe(made)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
