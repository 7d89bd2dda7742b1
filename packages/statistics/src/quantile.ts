// Quantiles of plain arrays.

/** The smallest value of an ascending array that the share `q` of it does not exceed; NaN when it is empty. */
export function quantileOf(ascending: readonly number[], q: number): number {
  const rank = Math.ceil(q * ascending.length * (1 - 4 * Number.EPSILON))
  return ascending[Math.max(1, rank) - 1] ?? NaN
}

/** The middle value, or the mean of the two in the middle; NaN when there is none. Any order. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return NaN
  const ascending = values.toSorted((a, b) => a - b)
  const half = ascending.length >> 1
  const upper = ascending[half] as number
  return ascending.length % 2 === 1 ? upper : ((ascending[half - 1] as number) + upper) / 2
}
