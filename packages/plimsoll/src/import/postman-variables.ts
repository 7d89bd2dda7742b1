// Postman's `{{name}}`: variables of the collection become constants, dynamic ones what a session's random gives.

import { Code, type DraftVariable, type Value } from './draft.ts'
import type { DocumentValue } from './document-value.ts'
import { snakeCase, uniqueNames } from './names.ts'
import { isSecret, secretPlace } from '../secrets.ts'

const dynamic: Readonly<Record<string, string>> = {
  guid: 'random.uuid()',
  randomUUID: 'random.uuid()',
  randomInt: 'random.integer({ from: 0, to: 1000 })',
  timestamp: 'random.integer({ from: 1_700_000_000, to: 1_800_000_000 })',
  randomBoolean: 'random.chance(0.5)',
  randomEmail: '`${random.uuid()}@example.com`',
}

/** What is no text. */
const isNumber = /^random\.(integer|chance)/

/** The variables of a collection, and those that its requests name besides. */
export class PostmanVariables {
  readonly #values = new Map<string, string>()
  /** Used ones, by the name that Postman has for them. */
  readonly #used = new Map<string, DraftVariable>()
  readonly #unique = uniqueNames()

  constructor(collection: DocumentValue) {
    for (const one of collection.at('variable').itemsOrNone()) {
      if (one.at('disabled').value === true) continue
      const name = one.at('key').textOr(one.at('id').textOr(''))
      const value = one.at('value').value
      this.#values.set(name, typeof value === 'string' ? value : JSON.stringify(value ?? ''))
    }
  }

  /** Those that are used, in the order in which they were met. */
  get drafts(): DraftVariable[] {
    return [...this.#used.values()]
  }

  /** A text with variables in it. Where only text can stand, as in a header, `asText` makes it so. */
  valueOf(text: string, { asText = false }: { asText?: boolean } = {}): Value {
    const pieces = text.split(/\{\{\s*([^{}]+?)\s*\}\}/)
    if (pieces.length === 1) return text
    const [before = '', name = '', after = ''] = pieces
    if (pieces.length === 3 && before === '' && after === '') {
      const code = this.#codeOf(name)
      if (!asText || !isNumber.test(code.text)) return code
    }
    let written = ''
    const uses = new Set<string>()
    for (const [n, piece] of pieces.entries()) {
      if (n % 2 === 0) {
        written += piece
          .replaceAll(/[\\`]|\$\{/g, String.raw`\$&`)
          .replaceAll('\n', String.raw`\n`)
          .replaceAll('\r', String.raw`\r`)
        continue
      }
      const code = this.#codeOf(piece)
      written += `\${${code.text}}`
      for (const use of code.uses) uses.add(use)
    }
    return new Code(`\`${written}\``, [...uses])
  }

  /** The same for every text within JSON. */
  within(value: Value): Value {
    if (typeof value === 'string') return this.valueOf(value)
    if (typeof value !== 'object' || value === null || value instanceof Code) return value
    if (Array.isArray(value)) return value.map((one: Value) => this.within(one))
    const members = Object.entries(value as Record<string, Value>)
    return Object.fromEntries(members.map(([name, one]) => [name, this.within(one)]))
  }

  #codeOf(name: string): Code {
    if (name.startsWith('$')) {
      const text = dynamic[name.slice(1)] ?? 'random.text({ length: 12 })'
      return new Code(text, ['random'])
    }
    let variable = this.#used.get(name)
    if (variable === undefined) {
      const isKnown = this.#values.has(name)
      const value = isSecret(name) ? secretPlace : this.#resolved(name)
      const comment = isSecret(name)
        ? 'A secret, left out.'
        : isKnown
          ? ''
          : 'Not in the collection: from an environment, or set by a script.'
      variable = { name: this.#unique(snakeCase(name, 'variable')), value, comment }
      this.#used.set(name, variable)
    }
    return new Code(`variables.${variable.name}`)
  }

  /** A value that names others, as Postman would fill it in. */
  #resolved(name: string, depth = 0): string {
    const value = this.#values.get(name) ?? ''
    if (depth > 8) return value
    return value.replaceAll(/\{\{\s*([^{}$]+?)\s*\}\}/g, (_, inner: string) =>
      this.#resolved(inner, depth + 1),
    )
  }
}
