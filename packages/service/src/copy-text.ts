// PostgreSQL's COPY text format: fields between tabs, rows between line feeds, \N for null.

const special = /[\\\n\r\t]/
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}
const plain: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/** One field of text, or null. */
export function copyText(text: string | null): string {
  if (text === null) return '\\N'
  return special.test(text) ? text.replace(/[\\\n\r\t]/g, (found) => escapes[found] ?? found) : text
}

/** The fields of one line, without its line end: the inverse of `copyText`. */
export function readCopyLine(line: string): (string | null)[] {
  return line
    .split('\t')
    .map((field) =>
      field === '\\N'
        ? null
        : field.replace(/\\(.)/g, (_, letter: string) => plain[letter] ?? letter),
    )
}
