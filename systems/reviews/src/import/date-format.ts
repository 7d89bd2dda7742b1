// Dates as other shops write them, by a pattern of YYYY MM DD, HH or hh with A (am or pm), mm and ss. One digit
// does where two are asked for. All is UTC: an export does not say where its shop stood.

/** Epoch milliseconds, or undefined for what is no such date. */
export type DateReader = (text: string) => number | undefined

const tokens: Readonly<Record<string, string>> = {
  YYYY: '(?<YYYY>\\d{4})',
  MM: '(?<MM>\\d{1,2})',
  DD: '(?<DD>\\d{1,2})',
  HH: '(?<HH>\\d{1,2})',
  hh: '(?<hh>\\d{1,2})',
  mm: '(?<mm>\\d{1,2})',
  ss: '(?<ss>\\d{1,2})',
  A: '(?<A>[AaPp])\\.?[Mm]\\.?',
}
const day = ['YYYY', 'MM', 'DD']

/** Reads dates of this format, a pattern or `epoch seconds`; undefined when the format cannot be used. */
export function dateReader(format: string): DateReader | undefined {
  if (format === 'epoch seconds') return readSeconds
  const pieces = format.match(/YYYY|MM|DD|HH|hh|mm|ss|[^]/g) ?? []
  const words = pieces.filter((piece) => /[A-Za-z]/.test(piece))
  const isKnown = words.every((word, at) => word in tokens && words.indexOf(word) === at)
  if (!isKnown || !day.every((word) => words.includes(word))) return undefined
  if (words.includes('hh') !== words.includes('A')) return undefined
  if (words.includes('hh') && words.includes('HH')) return undefined
  const source = pieces.map((piece) => tokens[piece] ?? RegExp.escape(piece)).join('')
  const pattern = new RegExp(`^${source}$`)
  return (text) => instantOf(pattern.exec(text)?.groups)
}

function readSeconds(text: string): number | undefined {
  return /^-?\d{1,12}(\.\d{1,9})?$/.test(text) ? Math.round(Number(text) * 1000) : undefined
}

function instantOf(groups: Readonly<Record<string, string>> | undefined): number | undefined {
  if (groups === undefined) return undefined
  const part = (name: string) => Number(groups[name] ?? 0)
  const { A: half } = groups
  if (half !== undefined && (part('hh') < 1 || part('hh') > 12)) return undefined
  const afternoon = half?.toLowerCase() === 'p' ? 12 : 0
  const hours = half === undefined ? part('HH') : (part('hh') % 12) + afternoon
  const date = new Date(0)
  date.setUTCFullYear(part('YYYY'), part('MM') - 1, part('DD'))
  date.setUTCHours(hours, part('mm'), part('ss'))
  // 30 February and 25 o'clock come back as other ones.
  const isReal =
    date.getUTCMonth() === part('MM') - 1 &&
    date.getUTCDate() === part('DD') &&
    date.getUTCHours() === hours &&
    date.getUTCMinutes() === part('mm') &&
    date.getUTCSeconds() === part('ss')
  return isReal ? date.getTime() : undefined
}
