// How the invariants look at the system: product by product, a bounded number of them, a few at once.

import type { InvariantInput, InvariantResult, Promised } from 'plimsoll'

const requestsAtOnce = 16
const largestPage = 100
const requestTimeout_ms = 30_000

/** What an invariant found, while it is looking. */
export type Finding = Record<
  Exclude<keyof InvariantResult, 'name' | 'examples' | 'unexamined'>,
  number
> & {
  readonly examples: string[]
}

export interface Review {
  readonly review_id: number
  readonly rating: number
  readonly summary: string
  readonly helpfulness: number
}

export function newFinding(): Finding {
  return { examined: 0, lost: 0, doubled: 0, unexpected: 0, stale: 0, examples: [] }
}

export function blame(
  finding: Finding,
  { as, example }: { as: 'lost' | 'doubled' | 'unexpected' | 'stale'; example: string },
): void {
  finding[as] += 1
  if (finding.examples.length < 10) finding.examples.push(`${as}: ${example}`)
}

/** Products that reviews were promised for, at most `most` of them, drawn by the run's seed. */
export async function eachProduct(
  { promised, random }: InvariantInput,
  { most }: { most: number },
  look: (product_id: number, reviews: readonly Promised[]) => Promise<void>,
): Promise<void> {
  const byProduct = Map.groupBy(
    promised.filter(({ kind }) => kind === 'review'),
    ({ about }) => Number(about['product_id']),
  )
  const drawn = [...byProduct]
    .map((product) => ({ product, order: random.float() }))
    .toSorted((a, b) => a.order - b.order)
    .slice(0, most)
    .map(({ product }) => product)
  const one = async () => {
    for (let next = drawn.pop(); next !== undefined; next = drawn.pop()) await look(...next)
  }
  await Promise.all(Array.from({ length: requestsAtOnce }, one))
}

/** The newest reviews of a product, by pages of `count`, until there are `most` or no more. */
export async function newest(
  { url }: InvariantInput,
  {
    product_id,
    most,
    count = Math.min(largestPage, most),
  }: { product_id: number; most: number; count?: number },
): Promise<Review[]> {
  const reviews: Review[] = []
  let cursor = ''
  do {
    const page = await get<{ results: readonly Review[]; next_cursor: string | null }>(
      `${url}/reviews?product_id=${product_id}&sort=newest&count=${count}${cursor}`,
    )
    reviews.push(...page.results)
    if (page.next_cursor === null) break
    cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`
  } while (reviews.length < most)
  return reviews
}

/** Throws when the answer is not 200. */
export async function get<T>(url: string): Promise<T> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(requestTimeout_ms) })
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}, expected 200`)
  return (await answer.json()) as T
}
