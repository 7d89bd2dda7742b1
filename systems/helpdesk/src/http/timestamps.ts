// Times on the wire are ISO 8601 with microseconds, as PostgreSQL keeps them; JavaScript's dates would cut
// them to milliseconds, and a client that asks for what came since would be told the same again.

/** `2026-11-20 03:41:21.46+00` → `2026-11-20T03:41:21.460000Z`; PostgreSQL drops trailing zeros. */
export function isoTime(text: string): string {
  const end = text.indexOf('+', 19)
  const fraction = text.slice(20, end).padEnd(6, '0')
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`
}

/** The same, or null. */
export function isoTimeOrNull(text: string | null): string | null {
  return text === null ? null : isoTime(text)
}

const isoForm =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i

/** Microseconds since 1970 of a time in ISO 8601, in UTC where it names no zone; undefined for anything else. */
export function microsecondsOf(text: string): number | undefined {
  // A plus sign in a query arrives as a space.
  const [, date, time = '00:00', fraction = '', zone = 'Z'] =
    isoForm.exec(text.trim().replace(/ (\d{2}:?\d{2})$/, '+$1')) ?? []
  if (date === undefined) return undefined
  const offset = /^[+-]\d{2}$/.test(zone)
    ? `${zone}:00`
    : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')
  const seconds = time.length === 5 ? `${time}:00` : time
  const whole = Date.parse(`${date}T${seconds}${offset.toUpperCase()}`)
  if (Number.isNaN(whole)) return undefined
  return whole * 1_000 + Number(fraction.padEnd(6, '0').slice(0, 6))
}

/** A time in milliseconds since 1970, as every time goes over the wire. */
export function isoNow(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z')
}
