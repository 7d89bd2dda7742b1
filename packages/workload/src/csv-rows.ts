// Splits CSV text into rows and knows the line on which each begins. Quotes are doubled inside quotes, which may hold line
// ends; LF and CRLF may be mixed; blank lines are no rows. The separator is what the first line has most of.

/** A row and the line on which it begins, counted from 1. */
export interface CsvRow {
  readonly line: number
  readonly fields: readonly string[]
}

/** `openQuoteLine`: the text ends inside the quotes that were opened there. */
export interface CsvText {
  readonly rows: readonly CsvRow[]
  readonly openQuoteLine: number | null
}

export function csvRows(text: string): CsvText {
  const separator = separatorOf(text)
  // A field: in quotes, or up to the next separator or line end; then what ends it.
  const field = new RegExp(
    `(?:"((?:[^"]|"")*)"(?=${separator}|\\r?\\n|$)|([^${separator}\\n]*?))(${separator}|\\r?\\n|$)`,
    'y',
  )
  const rows: CsvRow[] = []
  let [line, rowLine] = [1, 1]
  let fields: string[] = []
  let at = 0
  while (at < text.length || fields.length > 0) {
    if (text[at] === '"' && !closes(text, at)) return { rows, openQuoteLine: line }
    field.lastIndex = at
    const [whole = '', quoted, plain = '', end = ''] = field.exec(text) ?? []
    fields.push(quoted?.replaceAll('""', '"') ?? plain)
    at += whole.length
    line += countOf(whole, '\n')
    if (end === separator.replace('\\t', '\t')) continue
    if (fields.length > 1 || fields[0] !== '') rows.push({ line: rowLine, fields })
    fields = []
    rowLine = line
    if (whole === '') break
  }
  return { rows, openQuoteLine: null }
}

function separatorOf(text: string): string {
  const first = text.slice(0, text.indexOf('\n') + 1 || text.length)
  const counted = [',', ';', '\t'].map((one) => ({ one, count: countOf(first, one) }))
  const most = counted.reduce((best, next) => (next.count > best.count ? next : best))
  return most.one === '\t' ? '\\t' : most.one
}

/** Whether the quotes that open at `at` are closed at all. */
function closes(text: string, at: number): boolean {
  for (let quote = text.indexOf('"', at + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    if (text[quote + 1] !== '"') return true
    quote += 1
  }
  return false
}

function countOf(text: string, one: string): number {
  let count = 0
  for (let at = text.indexOf(one); at !== -1; at = text.indexOf(one, at + 1)) count += 1
  return count
}
