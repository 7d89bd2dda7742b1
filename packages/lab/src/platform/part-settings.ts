// What a part is told about the others: the answer of a function that the system's author wrote.

import { PlimsollError } from '@plimsoll/workload'
import type { PartAddress, ServicePart } from '../system.ts'

export interface PartSettingsInput {
  readonly part: ServicePart
  readonly name: string
  readonly addresses: Readonly<Record<string, PartAddress>>
  readonly port: number
}

/** The settings of one instance. Throws `settings-failed` when the author's function does. */
export function settingsOf(input: PartSettingsInput): Readonly<Record<string, string>> {
  const { part, name, addresses, port } = input
  try {
    const whole = Object.entries(addresses).map(([need, { url, urls = [url] }]) => [
      need,
      { url, urls },
    ])
    return part.settings({ ...Object.fromEntries(whole), port })
  } catch (cause) {
    throw new PlimsollError({
      code: 'settings-failed',
      blame: 'input',
      message: `The settings of the part "${name}" could not be made: ${String(cause)}.`,
      hint: 'Mend its settings function in system.ts; every part that it reads belongs into its needs.',
      cause,
    })
  }
}
