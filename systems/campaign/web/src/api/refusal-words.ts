interface Problem {
  readonly title?: unknown
  readonly detail?: unknown
  readonly errors?: unknown
}

interface Answered {
  readonly status: number
  /** The body as far as it is JSON. */
  readonly body: unknown
  /** Seconds, from `Retry-After`. */
  readonly retryAfter: string | null
}

/**
 * The reason that a refusing answer gives, as a sentence: `detail`, a list of `errors` (texts, or objects with a
 * `message`), or `title`; with the seconds to wait where the service names them.
 */
export function refusalWords({ status, body, retryAfter }: Answered): string {
  const said = reasonIn(body) ?? standing[status] ?? `The service answered ${status}.`
  const wait = Number(retryAfter)
  return retryAfter === null || !Number.isFinite(wait)
    ? said
    : `${said} Try again in ${Math.max(1, Math.ceil(wait))} s.`
}

const standing: Readonly<Record<number, string>> = {
  401: 'Log in first.',
  403: 'You may not do that.',
  404: 'That is not there.',
  413: 'That is too large.',
  429: 'That was too often.',
  503: 'The service is busy.',
}

function reasonIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { title, detail, errors } = body as Problem
  const listed = Array.isArray(errors) ? errors.map(textOf).filter((text) => text !== '') : []
  const said = [listed.join(' '), textOf(detail), textOf(title)].find((text) => text !== '')
  if (said === undefined) return undefined
  return /[.!?]$/.test(said) ? said : `${said}.`
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim()
  if (typeof value !== 'object' || value === null || !('message' in value)) return ''
  return textOf(value.message)
}
