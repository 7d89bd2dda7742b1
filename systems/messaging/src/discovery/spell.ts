// A condition that comes and goes: its beginning and its end are told once each, not what lies between.

export interface SpellOptions {
  readonly began: (reason: unknown) => void
  readonly ended: () => void
}

/** Tells when something begins and ends. The first end is told as well: until then nobody knows. */
export class Spell {
  readonly #options: SpellOptions
  #state: 'unknown' | 'on' | 'off' = 'unknown'

  constructor(options: SpellOptions) {
    this.#options = options
  }

  get isOff(): boolean {
    return this.#state === 'off'
  }

  begin(reason: unknown): void {
    if (this.#state === 'on') return
    this.#state = 'on'
    this.#options.began(reason)
  }

  end(): void {
    if (this.#state === 'off') return
    this.#state = 'off'
    this.#options.ended()
  }
}
