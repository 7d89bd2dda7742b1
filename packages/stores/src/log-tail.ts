// The last lines of a log file, without reading all of it.

import { open } from 'node:fs/promises'

/** At most `lines` last lines from the last 64 KB; empty when there is no such file. */
export async function logTail(file: string, lines = 20): Promise<string> {
  const handle = await open(file, 'r').catch(() => null)
  if (handle === null) return ''
  try {
    const { size } = await handle.stat()
    const length = Math.min(size, 65_536)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length)
    const text = buffer.subarray(0, bytesRead).toString('utf8').trimEnd()
    return text.split('\n').slice(-lines).join('\n')
  } finally {
    await handle.close()
  }
}
