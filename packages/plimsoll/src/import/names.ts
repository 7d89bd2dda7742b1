// Names for code from names that were not made for it, and path templates from paths that were really asked for.

import type { Value } from './draft.ts'

/** `Pet store (v2)` → `petStoreV2`; `fallback` when nothing is left. */
export function camelCase(text: string, fallback: string): string {
  const words = asciiWords(text)
  const name = words.map((word, n) => (n === 0 ? lowerFirst(word) : upperFirst(word))).join('')
  return safeIdentifier(name, fallback)
}

/** `pet-id` → `pet_id`. */
export function snakeCase(text: string, fallback: string): string {
  return safeIdentifier(asciiWords(text).join('_'), fallback)
}

/** `name`, `name2`, `name3`: each once. */
export function uniqueNames(): (name: string) => string {
  const taken = new Map<string, number>()
  return (name) => {
    const n = (taken.get(name) ?? 0) + 1
    taken.set(name, n)
    return n === 1 ? name : `${name}${n}`
  }
}

/** A path as it was asked for → its template and what fills it: ids become parameters. */
export function templateOf(pathname: string): { path: string; params: Record<string, Value> } {
  const params: Record<string, Value> = {}
  const unique = uniqueNames()
  const segments = pathname.split('/').map(decoded)
  const written = segments.map((segment, n) => {
    if (!isId(segment) && !segment.startsWith(':'))
      return encodeURI(segment).replaceAll(/[?#]/g, encodeURIComponent)
    const name = unique(idName(segments[n - 1] ?? ''))
    params[name] = isSafeNumber(segment) ? Number(segment) : segment
    return `:${name}`
  })
  return { path: written.join('/') || '/', params }
}

function asciiWords(text: string): string[] {
  return text.normalize('NFKD').match(/[A-Za-z0-9]+/g) ?? []
}

function lowerFirst(word: string): string {
  return /^[A-Z0-9]+$/.test(word)
    ? word.toLowerCase()
    : word.charAt(0).toLowerCase() + word.slice(1)
}

function upperFirst(word: string): string {
  const rest = /^[A-Z0-9]+$/.test(word) ? word.slice(1).toLowerCase() : word.slice(1)
  return word.charAt(0).toUpperCase() + rest
}

const reserved =
  /^(await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for|function|if|import|in|instanceof|interface|let|new|null|package|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield)$/
/** What the written file imports or declares itself. */
const ours = /^(hold|ms|perSecond|persona|seconds|workload|variables|imported)$/

function safeIdentifier(name: string, fallback: string): string {
  if (name === '') return fallback
  if (/^\d/.test(name)) return `${fallback}${name}`
  return reserved.test(name) || ours.test(name) ? `${name}_` : name
}

/** `products` → `product_id`. */
function idName(before: string): string {
  const word = snakeCase(before, '')
  if (word === '' || /^v?\d+$/.test(word)) return 'id'
  return `${word.replace(/ies$/, 'y').replace(/(?<=(x|ch|sh|ss))es$|(?<!s)s$/, '')}_id`
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** A number, a UUID, a long hex text, or letters and digits mixed so long that nobody typed them. */
function isId(segment: string): boolean {
  if (/^\d+$/.test(segment) || uuid.test(segment)) return true
  if (/^[0-9a-f]{16,}$/i.test(segment)) return /\d/.test(segment)
  return (
    segment.length >= 20 &&
    /^[\w-]+$/.test(segment) &&
    /\d.*\d/.test(segment) &&
    /[A-Za-z]/.test(segment) &&
    !/-[a-z]+-[a-z]+/.test(segment)
  )
}

function isSafeNumber(segment: string): boolean {
  return /^(0|[1-9]\d{0,14})$/.test(segment)
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
