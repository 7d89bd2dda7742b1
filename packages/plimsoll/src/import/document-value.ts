// A value of a document that somebody else wrote, with its place in it: what is asked of it and is not so is told in
// one sentence with the file and a JSON pointer.

import { PlimsollError } from '@plimsoll/workload'

/** The file, or what of it cannot be used. */
export function importUnusable(where: string, problem: string, hint: string): PlimsollError {
  return new PlimsollError({
    code: 'import-unusable',
    blame: 'input',
    message: `${where}: ${problem}.`,
    hint,
  })
}

/** One value and where it is. */
export class DocumentValue {
  readonly value: unknown
  readonly #file: string
  readonly #pointer: string

  constructor(value: unknown, { file, pointer = '' }: { file: string; pointer?: string }) {
    this.value = value
    this.#file = file
    this.#pointer = pointer
  }

  get isThere(): boolean {
    return this.value !== undefined && this.value !== null
  }

  get isObject(): boolean {
    return typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value)
  }

  /** The member, which may be nothing; also of what is no object. */
  at(name: string): DocumentValue {
    const own = this.isObject && Object.hasOwn(this.value as object, name)
    return this.#inner(name, own ? (this.value as Record<string, unknown>)[name] : undefined)
  }

  /** The member, whatever path of names leads to it. */
  in(...names: readonly string[]): DocumentValue {
    return names.reduce((value: DocumentValue, name) => value.at(name), this)
  }

  /** Throws `import-unusable` when it is no list. */
  items(): DocumentValue[] {
    if (!Array.isArray(this.value)) throw this.unlike('a list')
    return this.value.map((item: unknown, n) => this.#inner(String(n), item))
  }

  /** The items; none when it is absent. */
  itemsOrNone(): DocumentValue[] {
    return this.isThere ? this.items() : []
  }

  /** Names and members; throws `import-unusable` when it is no object. */
  members(): [string, DocumentValue][] {
    if (!this.isObject) throw this.unlike('an object')
    return Object.keys(this.value as object).map((name) => [name, this.at(name)])
  }

  membersOrNone(): [string, DocumentValue][] {
    return this.isThere ? this.members() : []
  }

  /** Throws `import-unusable` when it is no text. */
  text(): string {
    if (typeof this.value !== 'string') throw this.unlike('a text')
    return this.value
  }

  textOr(fallback: string): string {
    return typeof this.value === 'string' ? this.value : fallback
  }

  numberOr(fallback: number): number {
    return typeof this.value === 'number' && Number.isFinite(this.value) ? this.value : fallback
  }

  /** The error that it is not as expected. */
  unlike(expected: string, hint = 'Export it again, or mend that place by hand.'): PlimsollError {
    const where = this.#pointer === '' ? this.#file : `${this.#file}, at ${this.#pointer}`
    return importUnusable(where, `expected ${expected}, found ${words(this.value)}`, hint)
  }

  #inner(name: string, value: unknown): DocumentValue {
    const step = name.replaceAll('~', '~0').replaceAll('/', '~1')
    return new DocumentValue(value, { file: this.#file, pointer: `${this.#pointer}/${step}` })
  }
}

function words(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'an object'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
