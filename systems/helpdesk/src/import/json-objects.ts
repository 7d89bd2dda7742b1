// Takes the objects of an array out of JSON that may be one line of any length, piece by piece: the objects that
// stand in the outermost array, or in the arrays of the outermost object. One object at a time is held.

const quote = 34
const backslash = 92
const lineFeed = 10

/** JSON text on its way through; `push` yields the text of each object that is complete by now. */
export class JsonObjects {
  #text = ''
  #at = 0
  /** The brackets that are open outside of objects of interest. */
  #outside = ''
  /** Where the object begins that is being read, and how deep we are in it. */
  #begins = -1
  #depth = 0
  #isString = false
  #isEscaped = false
  #lines = 1
  #line = 1

  /** The line on which the last object began, counted from 1. */
  get line(): number {
    return this.#line
  }

  /** Characters that are held. */
  get pending(): number {
    return this.#begins === -1 ? 0 : this.#text.length - this.#begins
  }

  /** Whether the text ended where JSON may end. */
  get isComplete(): boolean {
    return this.#outside === '' && this.#begins === -1 && !this.#isString
  }

  *push(text: string): Generator<string> {
    const from = this.#begins === -1 ? this.#at : this.#begins
    this.#text = this.#text.slice(from) + text
    this.#at -= from
    if (this.#begins !== -1) this.#begins = 0
    for (; this.#at < this.#text.length; this.#at += 1) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === lineFeed) this.#lines += 1
      if (this.#isString) this.#inString(code)
      else if (code === quote) this.#isString = true
      else if (this.#bracket(this.#text[this.#at] ?? '')) {
        yield this.#text.slice(this.#begins, this.#at + 1)
        this.#begins = -1
      }
    }
  }

  #inString(code: number): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (code === backslash) this.#isEscaped = true
    else if (code === quote) this.#isString = false
  }

  /** Whether this bracket completes an object. */
  #bracket(bracket: string): boolean {
    const opens = bracket === '{' || bracket === '['
    if (!opens && bracket !== '}' && bracket !== ']') return false
    if (this.#begins !== -1) {
      this.#depth += opens ? 1 : -1
      return this.#depth === 0
    }
    if (bracket === '{' && (this.#outside === '[' || this.#outside === '{[')) {
      this.#begins = this.#at
      this.#line = this.#lines
      this.#depth = 1
    } else this.#outside = opens ? this.#outside + bracket : this.#outside.slice(0, -1)
    return false
  }
}
