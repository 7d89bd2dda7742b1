// What must not be copied from a recording into a file that people commit: found by its name.

import { Code, type Value } from './import/draft.ts'

const secretName =
  /pass(word|wd|phrase)|(^|[_-])pass$|^pwd$|secret|token|authorization|api[-_]?key|credential|csrf|xsrf|signature|^(sid|jwt|otp|pin|cvv|cvc)$|session[-_]?id|access[-_]?key|^auth$|x-auth/i

/** Whether what has this name (a header, a field) is a secret. */
export function isSecret(name: string): boolean {
  return secretName.test(name)
}

/** `max_tokens: 100` is none, a PIN is. */
function isSecretNumber(name: string, value: Value): boolean {
  return typeof value === 'number' && /pass|pin|otp|cv[vc]/i.test(name)
}

/** What stands in the place of a secret. */
export const secretPlace = 'left-out'

/** `value` with `place` for the secrets in it; `found` is told the name of each. */
export function withoutSecrets(
  value: Value,
  found: (name: string) => void,
  place = secretPlace,
): Value {
  if (value instanceof Code || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((one: Value) => withoutSecrets(one, found, place))
  const kept: Record<string, Value> = {}
  for (const [name, one] of Object.entries(value as Record<string, Value>)) {
    const isHidden = isSecret(name) && (typeof one === 'string' || isSecretNumber(name, one))
    if (isHidden) found(name)
    kept[name] = isHidden ? place : withoutSecrets(one, found, place)
  }
  return kept
}
