// Division to 16 decimals, exact, as `numeric` does it: the average that the public service returns.

/** Most answers for which the remainders below stay exact whole numbers. */
const exactUpTo = Math.floor(Number.MAX_SAFE_INTEGER / 1e8)

/** `sum ÷ count` with 16 decimals, halves rounded up; null without answers. Both whole, sum ≥ 0. */
export function quotient(sum: number, count: number): string | null {
  if (count === 0) return null
  if (count > exactUpTo) return longQuotient(BigInt(sum), BigInt(count))
  // Two steps of eight decimals, so that no product leaves the whole numbers.
  let whole = Math.floor(sum / count)
  const first = (sum % count) * 1e8
  const second = (first % count) * 1e8
  let high = Math.floor(first / count)
  let low = Math.floor(second / count)
  if ((second % count) * 2 >= count) low++
  if (low === 1e8) {
    low = 0
    high++
  }
  if (high === 1e8) {
    high = 0
    whole++
  }
  return `${whole}.${String(high).padStart(8, '0')}${String(low).padStart(8, '0')}`
}

function longQuotient(sum: bigint, count: bigint): string {
  const scaled = (sum * 2n * 10n ** 16n + count) / (count * 2n)
  const digits = String(scaled).padStart(17, '0')
  return `${digits.slice(0, -16)}.${digits.slice(-16)}`
}
