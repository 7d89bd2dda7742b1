// The bytes of HdrHistogram's V2 encoding, uncompressed: a header of 40 bytes, then the counts as ZigZag
// LEB128 numbers, a run of n empty cells as −n. Compression and the .hlog text around it are done by whoever
// writes files. Method: https://github.com/HdrHistogram/HdrHistogram (EncodableHistogram, ZigZagEncoding).

const cookieBase = 0x1c849303
const cookie = cookieBase | 0x10
const headerBytes = 40
const significantDigits = 3

/** Cells, with no empty one at the end, as bytes. */
export function encodeCells(cells: Uint32Array, { highest }: { highest: number }): Uint8Array {
  const payload: number[] = []
  for (let cell = 0; cell < cells.length;) {
    const start = cell
    while (cells[cell] === 0) cell += 1
    const empty = cell - start
    if (empty > 0) pushZigZag(payload, empty === 1 ? 0 : -empty)
    else pushZigZag(payload, cells[cell++] as number)
  }
  const bytes = new Uint8Array(headerBytes + payload.length)
  const view = new DataView(bytes.buffer)
  view.setInt32(0, cookie)
  view.setInt32(4, payload.length)
  view.setInt32(8, 0) // normalising index offset
  view.setInt32(12, significantDigits)
  view.setBigInt64(16, 1n) // lowest value
  view.setBigInt64(24, BigInt(highest))
  view.setFloat64(32, 1) // conversion ratio
  bytes.set(payload, headerBytes)
  return bytes
}

/** Calls `take` for every cell that is not empty, ascending. Throws RangeError when the bytes are not such an encoding. */
export function decodeCells(bytes: Uint8Array, take: (cell: number, count: number) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < headerBytes || (view.getInt32(0) & ~0xf0) !== cookieBase) {
    throw new RangeError('expected an HdrHistogram in V2 encoding, found other bytes')
  }
  const digits = view.getInt32(12)
  const lowest = view.getBigInt64(16)
  if (digits !== significantDigits || lowest !== 1n) {
    throw new RangeError(`expected 3 digits from 1 µs, found ${digits} digits from ${lowest}`)
  }
  const end = headerBytes + view.getInt32(4)
  if (end > bytes.length) throw new RangeError('the histogram is cut off')
  let cell = 0
  for (let at = headerBytes; at < end;) {
    const { value, next } = readZigZag(bytes, at, end)
    at = next
    if (value < 0) {
      cell -= value
      continue
    }
    if (value > 0) take(cell, value)
    cell += 1
  }
}

/** 0 → 0, −1 → 1, 1 → 2, −2 → 3, …: then 7 bits to a byte, least first. Counts stay below 2^32. */
function pushZigZag(bytes: number[], value: number): void {
  let rest = value >= 0 ? value * 2 : -value * 2 - 1
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
}

function readZigZag(bytes: Uint8Array, at: number, end: number): { value: number; next: number } {
  let coded = 0
  let factor = 1
  for (let next = at; next < end; next += 1) {
    const byte = bytes[next] as number
    coded += (byte & 127) * factor
    factor *= 128
    if (byte < 128) {
      return { value: coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2, next: next + 1 }
    }
    if (factor > 2 ** 42) break
  }
  throw new RangeError('the histogram is damaged: a count does not end')
}
