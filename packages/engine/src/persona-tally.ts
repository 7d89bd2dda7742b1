// Whether personas ever live to their end. One that throws now and then is counted and the run goes on; one that
// throws always makes no load, and figures without it would be of another workload.

import { PlimsollError } from '@plimsoll/workload'
import type { PersonaError } from './persona-error.ts'

/** So many sessions in a row say that it is always. */
const always = 20

interface Tally {
  cutShort: number
  readonly error: PersonaError
}

export class PersonaTally {
  readonly #tallies = new Map<string, Tally>()
  readonly #lived = new Set<string>()

  hasEnded(persona: string): void {
    if (this.#lived.has(persona)) return
    this.#lived.add(persona)
    this.#tallies.delete(persona)
  }

  /** True when this persona has never done anything but throw. */
  wasCutShort(persona: string, error: PersonaError): boolean {
    if (this.#lived.has(persona)) return false
    const tally = this.#tallies.get(persona) ?? { cutShort: 0, error }
    tally.cutShort += 1
    this.#tallies.set(persona, tally)
    return tally.cutShort >= always
  }

  /** Throws `persona-always-throws` for one that threw in all of at least so many sessions. */
  require({ sessions }: { sessions: number } = { sessions: always }): void {
    const broken = [...this.#tallies].filter(([, { cutShort }]) => cutShort >= sessions)
    if (broken.length === 0) return
    const names = broken.map(([name, { cutShort }]) => `${name} (${cutShort})`).join(', ')
    throw new PlimsollError({
      code: 'persona-always-throws',
      blame: 'input',
      message: `No session of these personas lived to its end, all were cut short by an error: ${names}.`,
      hint: 'Mend the persona at that line. If it reads an answer, look first at what the server answers.',
      faults: broken.map(([name, { error }]) => ({
        where: `personas.${name}`,
        problem: error.text,
      })),
    })
  }
}
