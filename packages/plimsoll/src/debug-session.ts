// `plimsoll load --debug`: one session of each persona, with its requests and answers. Secrets are masked by name.

import { traceSession, type Traced } from '@plimsoll/engine/trace'
import type { Workload } from '@plimsoll/workload'
import type { Value } from './import/draft.ts'
import { exitCodes, type CommandInput } from './command.ts'
import { isSecret, withoutSecrets } from './secrets.ts'

const shownCharacters = 2_000
const mask = '•••'

export interface DebugOptions {
  readonly workload: Workload
  readonly target: string
  readonly seed: number
}

/** Exit code 1 when an action did not end ok or a persona threw. */
export async function debugSessions(
  { workload, target, seed }: DebugOptions,
  { streams, signal }: Pick<CommandInput, 'streams' | 'signal'>,
): Promise<number> {
  let isFine = true
  for (const [n, persona] of Object.keys(workload.personas).entries()) {
    if (signal.aborted) break
    streams.stdout.write(`\n=== ${persona} ===\n`)
    const tell = (traced: Traced) => void streams.stdout.write(tracedText(traced))
    const session = n + 1
    const options = { workload, persona, target, seed, session, tell, signal }
    const { reasons, errors } = await traceSession(options)
    const lines = [
      ...reasons.map(({ action, outcome, reason }) => `Not ok: ${action} ${outcome}: ${reason}`),
      ...errors.map((error) => `Threw: ${error}`),
    ]
    if (lines.length > 0) isFine = false
    streams.stdout.write(`\n${(lines.length === 0 ? ['Ended, all ok.'] : lines).join('\n')}\n`)
  }
  return isFine ? exitCodes.holds : exitCodes.fails
}

/** What was sent behind `>`, what came back behind `<`. */
export function tracedText({ request, status, head, body, lost, took_ms }: Traced): string {
  const [sentHead = '', ...rest] = request.split('\r\n\r\n')
  const sent = [...headLines(sentHead), ...bodyLines(rest.join('\r\n\r\n'), contentType(sentHead))]
  const took = `${took_ms.toFixed(1)} ms`
  const received =
    status === 0
      ? [`(no answer: ${lost}; ${took})`]
      : [...headLines(head.trimEnd()), `(${took})`, ...answerLines(head, body)]
  return `\n${behind('>', sent)}${behind('<', received)}`
}

function behind(sign: string, lines: readonly string[]): string {
  return lines.map((line) => `${sign} ${line}`.trimEnd() + '\n').join('')
}

function answerLines(head: string, body: Buffer | null): string[] {
  if (body === null || body.length === 0) return []
  const type = contentType(head)
  const isText = type === '' || /text|json|xml|javascript|urlencoded/.test(type)
  if (!isText) return [`(${body.length} bytes of ${type})`]
  return bodyLines(body.toString(), type)
}

function contentType(head: string): string {
  return (/^content-type:\s*([^\r\n]*)/im.exec(head)?.[1] ?? '').toLowerCase()
}

/** The first line without secrets in its query, header lines without secrets. */
function headLines(head: string): string[] {
  const [first = '', ...fields] = head.split('\r\n')
  return [maskedQuery(first), ...fields.map(maskedField)]
}

function maskedQuery(line: string): string {
  return line.replaceAll(/([?&])([^=&\s]+)=([^&\s]*)/g, (pair, joint: string, name: string) =>
    isSecret(decoded(name)) ? `${joint}${name}=${mask}` : pair,
  )
}

function maskedField(line: string): string {
  const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? []
  const lower = name.toLowerCase()
  if (lower === 'cookie') return `${name}: ${value.replaceAll(/=[^;]*/g, `=${mask}`)}`
  if (lower === 'set-cookie') return `${name}: ${value.replace(/=[^;]*/, `=${mask}`)}`
  if (!isSecret(lower)) return name === '' ? line : `${name}: ${maskedQuery(value)}`
  // Which scheme it is helps, and gives nothing away.
  const scheme = /^(Basic|Bearer|Digest|Negotiate) /i.exec(value)?.[0] ?? ''
  return `${name}: ${scheme}${mask}`
}

function bodyLines(text: string, type: string): string[] {
  if (text === '') return []
  const masked = type.includes('urlencoded') ? maskedQuery(`?${text}`).slice(1) : maskedJson(text)
  const shown =
    masked.length <= shownCharacters
      ? masked
      : `${masked.slice(0, shownCharacters)}\n… (${masked.length - shownCharacters} characters more)`
  // What a terminal would obey must not reach it.
  return ['', ...shown.replaceAll(/(?![\n\t])\p{Cc}/gu, '').split('\n')]
}

function maskedJson(text: string): string {
  try {
    const value = JSON.parse(text) as Value
    let isMasked = false
    const without = withoutSecrets(value, () => (isMasked = true), mask)
    return isMasked ? JSON.stringify(without) : text
  } catch {
    return text
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
