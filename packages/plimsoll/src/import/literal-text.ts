// Values as TypeScript, in lines of at most 100 characters, broken as a formatter would break them.

import { Code, type Value } from './draft.ts'

export const lineAtMost = 100

/** `value` as code; `indent` is where its line begins, `column` where it stands, `after` what must follow it there. */
export function literalText(
  value: Value,
  { indent, column, after = 1 }: { indent: number; column: number; after?: number },
): string {
  const flat = flatText(value)
  if (column + flat.length + after <= lineAtMost || !isBreakable(value)) return flat
  const inner = indent + 2
  const pad = ' '.repeat(inner)
  if (Array.isArray(value)) {
    const items = value.map(
      (one: Value) => pad + literalText(one, { indent: inner, column: inner }),
    )
    return `[\n${items.join(',\n')},\n${' '.repeat(indent)}]`
  }
  const members = Object.entries(value as Record<string, Value>).map(([name, one]) => {
    const start = `${pad}${keyText(name)}: `
    return start + literalText(one, { indent: inner, column: start.length })
  })
  return `{\n${members.join(',\n')},\n${' '.repeat(indent)}}`
}

/** In single quotes, or in double ones where that saves escapes. */
export function quoted(text: string): string {
  const singles = text.split("'").length
  const doubles = text.split('"').length
  const quote = singles > doubles ? '"' : "'"
  const inner = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
  return quote + inner.replaceAll(quote, `\\${quote}`) + quote
}

function isBreakable(value: Value): boolean {
  if (value instanceof Code || typeof value !== 'object' || value === null) return false
  return Object.keys(value).length > 0
}

function flatText(value: Value): string {
  if (value instanceof Code) return value.text
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `[${value.map(flatText).join(', ')}]`
  const members = Object.entries(value as Record<string, Value>).map(
    ([name, one]) => `${keyText(name)}: ${flatText(one)}`,
  )
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function keyText(name: string): string {
  // Such a name would set the prototype instead of a member.
  if (name === '__proto__') return "['__proto__']"
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)
}

/** Every piece of code in a value. */
export function codesIn(value: Value): Code[] {
  if (value instanceof Code) return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value as Record<string, Value>).flatMap(codesIn)
}
