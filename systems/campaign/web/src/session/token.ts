/** What a browser keeps of a session. */
export interface KeptSession {
  readonly user_name: string
  readonly token: string
  /** When the token ends by this machine's clock, in milliseconds since 1970; null when the token does not say. */
  readonly ends_at: number | null
}

/**
 * A session that begins now. How long the token lasts is taken from its own two times, so a clock that is wrong
 * on this machine does not end it early.
 */
export function sessionOf(user_name: string, token: string, now: number): KeptSession {
  const { exp, iat } = claimsOf(token)
  const isKnown = typeof exp === 'number' && typeof iat === 'number'
  return { user_name, token, ends_at: isKnown ? now + (exp - iat) * 1000 : null }
}

/** A kept session as text, and back; undefined when the text is not one. */
export function keptFrom(text: string | null): KeptSession | undefined {
  const kept = parsed(text ?? '')
  if (typeof kept['user_name'] !== 'string' || typeof kept['token'] !== 'string') return undefined
  const ends_at = typeof kept['ends_at'] === 'number' ? kept['ends_at'] : null
  return { user_name: kept['user_name'], token: kept['token'], ends_at }
}

function claimsOf(token: string): Record<string, unknown> {
  const [, payload = ''] = token.split('.')
  try {
    return parsed(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
  } catch {
    return {}
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
