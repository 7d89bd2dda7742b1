// What an importer leaves out, counted by its reason, as sentences for the head of the file that it writes.

/** `21 × static file (png, js)`, `3 × request to another server (cdn.example.com)`. */
export class LeftOut {
  readonly #kinds = new Map<string, { count: number; examples: Set<string> }>()

  /** `what` says the kind in the singular; `example` is one name of it. */
  add(what: string, example = ''): void {
    let kind = this.#kinds.get(what)
    if (kind === undefined) this.#kinds.set(what, (kind = { count: 0, examples: new Set() }))
    kind.count += 1
    if (example !== '') kind.examples.add(example)
  }

  get sentences(): string[] {
    return [...this.#kinds].map(([what, { count, examples }]) => {
      const named = [...examples].slice(0, shownAtMost)
      const more = examples.size > shownAtMost ? ', …' : ''
      return `${count} × ${what}${named.length === 0 ? '' : ` (${named.join(', ')}${more})`}`
    })
  }
}

const shownAtMost = 8
