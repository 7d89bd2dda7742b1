// Lines of a terminal as spans of text with a style, so that they can be cut to width before any escape
// sequence is written, and so that no colour is no special case.

/** How a span looks; `plain` is as it comes. */
export type Style = 'plain' | 'bold' | 'dim' | 'good' | 'bad' | 'doubt'

export interface Span {
  readonly text: string
  readonly style: Style
}

export type Line = readonly Span[]

const codes: Readonly<Record<Style, string>> = {
  plain: '',
  bold: '1',
  dim: '2',
  good: '32',
  bad: '31',
  doubt: '33',
}

export function span(text: string, style: Style = 'plain'): Span {
  return { text: withoutControls(text), style }
}

/** The line as text of at most `width` characters, coloured when `colour`. */
export function painted(line: Line, { width, colour }: { width: number; colour: boolean }): string {
  let left = width
  let out = ''
  for (const { text, style } of line) {
    const characters = Array.from(text)
    const cut =
      characters.length > left ? [...characters.slice(0, Math.max(0, left - 1)), '…'] : characters
    if (left <= 0) break
    left -= cut.length
    const code = colour ? codes[style] : ''
    out += code === '' ? cut.join('') : `\u001b[${code}m${cut.join('')}\u001b[0m`
  }
  return out
}

/** Names come from users: no escape sequence of theirs reaches the terminal. */
function withoutControls(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ')
}
