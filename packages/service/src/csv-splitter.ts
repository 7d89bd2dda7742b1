// Splits CSV text into rows, piece by piece, and knows on which line each row begins. Written by hand
// because csv-parse counts a CRLF inside quotes as two lines, turns bytes that are not UTF-8 into other
// bytes, and visits every byte in JavaScript; it remains the judge in the tests.
//
// Rules: a separator (the comma), double quotes doubled inside quotes, LF or CRLF mixed at will. A quote closes a field only
// before a separator, a line end or the end of the file; any other lone quote is text. Blank lines are no rows.

const quoteMark = 34
const lineFeed = 10
const carriageReturn = 13

/** Rows that are complete by now. */
export interface SplitRows {
  readonly rows: string[][]
  /** The line on which each row begins, counted from 1. */
  readonly lines: number[]
}

/** One CSV text on its way through; holds the row that is not complete yet. */
export class CsvSplitter {
  readonly #separator: string
  readonly #separatorCode: number
  #text = ''
  #at = 0
  #line = 1
  #nextQuote = -1
  #isEnd = false
  #openQuoteLine: number | undefined

  /** `separator` is one character other than a quote or a line end. */
  constructor(separator = ',') {
    this.#separator = separator
    this.#separatorCode = separator.charCodeAt(0)
  }

  /** Characters of the row that is not complete yet. */
  get pending(): number {
    return this.#text.length - this.#at
  }

  /** The line on which the row begins that is not complete yet. */
  get line(): number {
    return this.#line
  }

  /** The line of the quote that was opened and not closed so far, if any. */
  get openQuoteLine(): number | undefined {
    return this.#openQuoteLine
  }

  /** The rows that `text` completes. */
  push(text: string): SplitRows {
    this.#text = this.#text.slice(this.#at) + text
    this.#at = 0
    return this.#rows()
  }

  /** The last row, when no line end followed it. With a quote left open it stays pending. */
  end(): SplitRows {
    this.#isEnd = true
    return this.push('')
  }

  #rows(): SplitRows {
    const found: SplitRows = { rows: [], lines: [] }
    this.#nextQuote = this.#text.indexOf('"', this.#at)
    this.#openQuoteLine = undefined
    while (this.#at < this.#text.length) {
      const line = this.#line
      const row = this.#plainRow() ?? this.#quotedRow()
      if (row === undefined) break
      if (row.length === 1 && row[0] === '') continue
      found.rows.push(row)
      found.lines.push(line)
    }
    return found
  }

  /** A row without any quote, which is most of them; undefined when there is one or no line end yet. */
  #plainRow(): string[] | undefined {
    const text = this.#text
    let end = text.indexOf('\n', this.#at)
    if (end === -1 && this.#isEnd) end = text.length
    if (end === -1) return undefined
    if (this.#nextQuote !== -1 && this.#nextQuote < this.#at) {
      this.#nextQuote = text.indexOf('"', this.#at)
    }
    if (this.#nextQuote !== -1 && this.#nextQuote < end) return undefined
    const last = text.charCodeAt(end - 1) === carriageReturn && end > this.#at ? end - 1 : end
    const row = text.slice(this.#at, last).split(this.#separator)
    this.#at = Math.min(end + 1, text.length)
    this.#line += 1
    return row
  }

  #quotedRow(): string[] | undefined {
    const row: string[] = []
    let at = this.#at
    let line = this.#line
    for (;;) {
      const isQuoted = this.#text.charCodeAt(at) === quoteMark
      const end = isQuoted ? this.#closingQuote(at, line) : this.#bareEnd(at)
      if (end === undefined) return undefined
      const field = this.#text.slice(isQuoted ? at + 1 : at, end)
      row.push(isQuoted && field.includes('"') ? field.replaceAll('""', '"') : field)
      line += isQuoted ? lineFeeds(field) : 0
      const separator = isQuoted ? end + 1 : end
      if (this.#text.charCodeAt(separator) === this.#separatorCode) {
        at = separator + 1
        continue
      }
      const hasReturn = this.#text.charCodeAt(separator) === carriageReturn
      this.#at = Math.min(this.#text.length, separator + (hasReturn ? 2 : 1))
      this.#line = line + 1
      return row
    }
  }

  /** Where the quote is that closes the one at `at`. */
  #closingQuote(at: number, line: number): number | undefined {
    let from = at + 1
    for (;;) {
      const quote = this.#text.indexOf('"', from)
      if (quote === -1) break
      if (this.#text.charCodeAt(quote + 1) === quoteMark) {
        from = quote + 2
        continue
      }
      const closes = this.#separates(quote + 1)
      if (closes === undefined) break
      if (closes) return quote
      from = quote + 1
    }
    this.#openQuoteLine = line
    return undefined
  }

  #bareEnd(at: number): number | undefined {
    for (let end = at; end < this.#text.length; end += 1) {
      const code = this.#text.charCodeAt(end)
      if (code === this.#separatorCode || code === lineFeed) return end
      if (code === carriageReturn && this.#separates(end) === true) return end
    }
    return this.#isEnd ? this.#text.length : undefined
  }

  /** Whether a field ends before `at`; undefined when that needs text that has not come yet. */
  #separates(at: number): boolean | undefined {
    if (at >= this.#text.length) return this.#isEnd ? true : undefined
    const code = this.#text.charCodeAt(at)
    if (code === this.#separatorCode || code === lineFeed) return true
    if (code !== carriageReturn) return false
    if (at + 1 >= this.#text.length) return this.#isEnd ? true : undefined
    return this.#text.charCodeAt(at + 1) === lineFeed
  }
}

function lineFeeds(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1
  return count
}
