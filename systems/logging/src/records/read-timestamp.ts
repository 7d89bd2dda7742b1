// Timestamps as programs write them into their logs. What names no zone is UTC; what names no year is the latest
// such day that is not more than a day ahead. Anything else is refused: a guess would put the record elsewhere.

const date = '(?<year>\\d{4})-(?<month>\\d\\d)-(?<day>\\d\\d)'
const time = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)'
const fraction = '(?:[.,:](?<fraction>\\d{1,9}))?'
const zone = ' ?(?<zone>Z|z|UTC|[+-]\\d\\d:?\\d\\d)?'
const named = '(?<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'

/** One per form, the commonest first. */
const forms = [
  `${date}[T ]${time}${fraction}${zone},?`, // 2026-11-20T10:00:00.123Z, 2015-07-29 17:41:44,747
  date, // 2026-11-20
  `${named} +(?<day>\\d{1,2}) ${time}${fraction}`, // Jun 14 15:16:01
  `(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${named} +(?<day>\\d{1,2}) ${time}${fraction} (?<year>\\d{4})`, // Sun Dec 04 04:47:44 2005
  `(?<day>\\d\\d)/${named}/(?<year>\\d{4}):${time}${fraction}${zone}`, // 17/May/2015:10:05:03 +0000
  `(?<month>\\d\\d)-(?<day>\\d\\d) ${time}${fraction}`, // 03-17 16:13:38.811
  `(?<short>\\d\\d)/(?<month>\\d\\d)/(?<day>\\d\\d) ${time}${fraction}`, // 17/06/09 20:10:40
  '(?<short>\\d\\d)(?<month>\\d\\d)(?<day>\\d\\d) (?<hour>\\d\\d)(?<minute>\\d\\d)(?<second>\\d\\d)', // 081109 203615
  `(?<year>\\d{4})(?<month>\\d\\d)(?<day>\\d\\d)-(?<hour>\\d{1,2}):(?<minute>\\d{1,2}):(?<second>\\d{1,2})${fraction}`, // 20171223-22:15:29:606
].map((form) => new RegExp(`^${form}$`))

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const day_ms = 86_400_000
/** Numbers below are seconds, the others milliseconds: 1e11 s is the year 5138, 1e11 ms is 1973. */
const firstMillisecond = 1e11

/** The last millisecond that is accepted: the end of the year 9999. */
export const lastTimestamp = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** Milliseconds since 1970, or undefined when it is no time from 1970 to 9999 in a known form. */
export function readTimestamp(value: unknown, now: number): number | undefined {
  const found =
    typeof value === 'string'
      ? readText(value, now)
      : typeof value === 'number'
        ? Math.floor(value < firstMillisecond ? value * 1_000 : value)
        : undefined
  return found !== undefined && found >= 0 && found <= lastTimestamp ? found : undefined
}

function readText(text: string, now: number): number | undefined {
  if (text.length > 64) return undefined
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  for (const form of forms) {
    const groups = form.exec(bare)?.groups
    if (groups !== undefined) return fromGroups(groups, now)
  }
  return undefined
}

function fromGroups(
  groups: Readonly<Record<string, string | undefined>>,
  now: number,
): number | undefined {
  const number = (name: string) => Number(groups[name] ?? 0)
  const month = groups['name'] === undefined ? number('month') : months.indexOf(groups['name']) + 1
  const parts = { month, day: number('day'), hour: number('hour'), minute: number('minute') }
  const rest = {
    second: number('second'),
    ms: Number(`${groups['fraction'] ?? ''}000`.slice(0, 3)),
  }
  const short = groups['short']
  const year = short === undefined ? groups['year'] : short < '70' ? `20${short}` : `19${short}`
  if (year !== undefined) {
    const local = instant({ year: Number(year), ...parts, ...rest })
    return local === undefined ? undefined : local - offset_ms(groups['zone'])
  }
  const thisYear = new Date(now).getUTCFullYear()
  // Eight years back, for the 29th of February.
  return Array.from({ length: 10 }, (_, back) => thisYear + 1 - back)
    .map((candidate) => instant({ year: candidate, ...parts, ...rest }))
    .find((found) => found !== undefined && found <= now + day_ms)
}

interface Parts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly ms: number
}

/** Undefined for a day or a time that does not exist; a leap second is the second after. */
function instant({ year, month, day, hour, minute, second, ms }: Parts): number | undefined {
  if (hour > 23 || minute > 59 || second > 60) return undefined
  const midnight = new Date(Date.UTC(year, month - 1, day))
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000 + ms
}

function offset_ms(zone: string | undefined): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? '') ?? []
  const minutesEast = Number(hours ?? 0) * 60 + Number(minutes ?? 0)
  return (sign === '-' ? -1 : 1) * minutesEast * 60_000
}
