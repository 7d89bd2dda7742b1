// Which partitions there should be: spans of equal length counted from 1970, so that every process names them alike.

/** The span of one partition; times in milliseconds since 1970, `to` exclusive. */
export interface Span {
  readonly name: string
  readonly from: number
  readonly to: number
}

const hour_ms = 3_600_000

/** The partition that a time falls into. */
export function spanOf(time: number, hours: number): Span {
  const length = hours * hour_ms
  const from = Math.floor(time / length) * length
  const digits = new Date(from).toISOString().replaceAll(/\D/g, '').slice(0, 10)
  return { name: `logs_${digits}_${hours}h`, from, to: from + length }
}

/** The partitions of now, of the one before, and of so many ahead. */
export function wantedSpans(
  now: number,
  { hours, ahead }: { hours: number; ahead: number },
): Span[] {
  const length = hours * hour_ms
  return Array.from({ length: ahead + 2 }, (_, i) => spanOf(now + (i - 1) * length, hours))
}
