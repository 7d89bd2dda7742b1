// Times on the wire are ISO 8601 with microseconds, as PostgreSQL keeps them.

/** `2026-11-20 03:41:21.46+00` → `2026-11-20T03:41:21.460000Z`; PostgreSQL drops trailing zeros. */
export function isoTime(text: string): string {
  const end = text.indexOf('+', 19)
  const fraction = text.slice(20, end).padEnd(6, '0')
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`
}
