// What Markdown is put together from. Names and reasons come from users, so everything that Markdown or HTML would act
// on is escaped, and nobody is mentioned by `@`.

/** Heads that end with a colon head a column of numbers. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const names = heads.map((head) => head.replace(/:$/, ''))
  const rule = heads.map((head) => (head.endsWith(':') ? '---:' : '---'))
  return [names, rule, ...rows].map(line).join('\n')
}

/** A user's text on one line, with nothing left that Markdown or HTML acts on. */
export function plainText(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]|~#]/g, String.raw`\$&`)
    .replaceAll('@', '&#64;')
}
