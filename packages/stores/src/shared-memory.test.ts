import { expect, test } from 'vitest'
import { abandonedSegment } from './shared-memory.ts'

const lock = '4711\n/data\n1795196002\n39883\n\n127.0.0.1\n   9978639         4\nready   \n'
const table = (line: string) =>
  `       key      shmid perms                  size  cpid  lpid nattch   uid\n${line}\n`

test('the segment of a killed server is known by key, id, maker, and that nobody is attached', () => {
  const killed = '   9978639          4   600                    56  4711  4712      0 65534'
  expect(abandonedSegment(lock, table(killed))).toBe('4')
})

test.each([
  ['of a server that runs', '9978639 4 600 56 4711 4712 6 65534'],
  ['that another process made since', '9978639 4 600 56 99 99 0 65534'],
  ['with another key', '1 4 600 56 4711 4712 0 65534'],
  ['with another id', '9978639 5 600 56 4711 4712 0 65534'],
])('a segment %s is left alone', (_, line) => {
  expect(abandonedSegment(lock, table(line))).toBeNull()
})

test('a lock file that was cut short names no segment', () => {
  expect(abandonedSegment('4711\n/data\n', table('9978639 4 600 56 4711 1 0 65534'))).toBeNull()
  expect(abandonedSegment('', '')).toBeNull()
})
