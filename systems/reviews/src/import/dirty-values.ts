// Reads single values as they stand in the public files, where one column mixes several ways to write
// the same thing. Each function returns undefined for what it cannot read; the caller says the reason.

const wholeNumber = /^\d{1,16}$/
const epochMilliseconds = /^-?\d{1,15}$/
const isoDate =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/
const earliest = Date.parse('0001-01-01T00:00:00Z')
const latest = Date.parse('9999-12-31T23:59:59.999Z')

/** A positive whole number that JavaScript holds exactly. */
export function readId(text: string): number | undefined {
  const value = readCount(text)
  return value === 0 ? undefined : value
}

/** A whole number from 0 that JavaScript holds exactly. */
export function readCount(text: string): number | undefined {
  if (!wholeNumber.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}

/** `true`, `false`, `1` or `0`, in any case. */
export function readTruth(text: string): boolean | undefined {
  switch (text.toLowerCase()) {
    case 'true':
    case '1':
      return true
    case 'false':
    case '0':
      return false
    default:
      return undefined
  }
}

/** Epoch milliseconds or an ISO 8601 day or instant (UTC unless it says otherwise) of the years 1 to 9999. */
export function readDate(text: string): string | undefined {
  const instant = epochMilliseconds.test(text) ? Number(text) : readIso(text)
  if (instant === undefined || !(instant >= earliest && instant <= latest)) return undefined
  return new Date(instant).toISOString()
}

/** Text, or null for an empty field or the word `null`. */
export function readOptionalText(text: string): string | null {
  return text === '' || text.toLowerCase() === 'null' ? null : text
}

function readIso(text: string): number | undefined {
  const match = isoDate.exec(text)
  if (match === null) return undefined
  const [, day = '', minute = '00:00', second = '00', fraction = '0', zone = 'Z'] = match
  // A day that does not exist, such as 30 February, comes back as another one.
  const midnight = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day)) return undefined
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0')
  const instant = Date.parse(`${day}T${minute}:${second}.${milliseconds}${zone}`)
  return Number.isNaN(instant) ? undefined : instant
}
