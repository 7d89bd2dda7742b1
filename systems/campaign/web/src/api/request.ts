// One request to the service that this page comes from. Who asks is the caller's matter.

import { Refusal } from './refusal.ts'
import type { OwnWrites } from '../session/own-writes.ts'
import { refusalWords } from './refusal-words.ts'

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly token?: string | undefined
  readonly writes?: OwnWrites
  readonly json?: unknown
  readonly form?: FormData
  readonly signal?: AbortSignal
  /** How long an answer may take, in milliseconds. */
  readonly deadline?: number
}

const deadline_ms = 20_000

/** The body of a good answer. Throws a `Refusal` for any other answer, and for none; aborts throw as they are. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  return (await requestPage<T>(path, options)).body
}

/** The same, with the path of the next page where there is one. */
export async function requestPage<T>(
  path: string,
  options: RequestOptions = {},
): Promise<{ readonly body: T; readonly next: string | undefined }> {
  const written = options.writes?.headers() ?? {}
  const answer = await answerTo(path, options, written)
  options.writes?.keep(answer.headers, written)
  const body: unknown = await answer.json().catch(() => undefined)
  if (!answer.ok) {
    const retryAfter = answer.headers.get('retry-after')
    throw new Refusal(answer.status, refusalWords({ status: answer.status, body, retryAfter }))
  }
  if (body === undefined) throw silence('The answer broke off.')
  return { body: body as T, next: nextIn(answer.headers.get('link')) }
}

async function answerTo(
  path: string,
  options: RequestOptions,
  written: Readonly<Record<string, string>>,
): Promise<Response> {
  const { method = 'GET', token, json, form, signal, deadline = deadline_ms } = options
  const headers: Record<string, string> = { ...headersFor(token), ...written }
  if (json !== undefined) headers['content-type'] = 'application/json'
  const body = form ?? (json === undefined ? null : JSON.stringify(json))
  const late = AbortSignal.timeout(deadline)
  const signals = signal === undefined ? late : AbortSignal.any([signal, late])
  try {
    return await fetch(path, { method, headers, body, signal: signals })
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw silence(
      late.aborted ? 'The service took too long to answer.' : 'The service does not answer.',
    )
  }
}

/** Opens a stream of events, which lasts as long as it does. Throws a `Refusal` when nothing answers. */
export async function openStream(
  path: string,
  { token, signal }: { readonly token: string | undefined; readonly signal: AbortSignal },
): Promise<Response> {
  const headers = { ...headersFor(token), accept: 'text/event-stream' }
  try {
    return await fetch(path, { headers, signal, cache: 'no-store' })
  } catch (error) {
    if (signal.aborted) throw error
    throw silence('The service does not answer.')
  }
}

function headersFor(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

function silence(what: string): Refusal {
  const hint = navigator.onLine ? 'Try again in a moment.' : 'You are offline.'
  return new Refusal(0, `${what} ${hint}`)
}

function nextIn(link: string | null): string | undefined {
  return /<([^>]*)>;\s*rel="?next"?/.exec(link ?? '')?.[1]
}
