// Does a read cost more when there is more? The same reads on a small and on a large data set, and on a
// product with five reviews and one with thousands, in turns, so that what disturbs one disturbs the other.

import { median, type Results } from '../results.ts'
import { checkReads } from './check-reads.ts'
import { openDataSet, type DataSet } from './data-set.ts'
import { openReader, type Call, type Read } from './reader.ts'

const calls: readonly Call[] = ['newest', 'helpful', 'relevant', 'meta']
const ways = { 'one at a time': 1, '64 at once': 64 } as const
const bound = 1.3
/** Names a database that `reviews generate --products 1000000 --seed 1 --load` has filled already. */
const largeUrl = process.env['PLIMSOLL_BENCH_READS_LARGE']

/** Some products of one data set, and a way to read them. */
interface Side {
  readonly read: Read
  /** Which to read for a call. */
  readonly product: (call: Call, n: number) => number
}

interface Comparison {
  readonly what: string
  readonly less: Side
  readonly more: Side
}

interface Turn {
  readonly what: string
  readonly call: Call
  readonly way: keyof typeof ways
  readonly round: number
  readonly less_us: number
  readonly more_us: number
}

export async function benchReads({ smoke }: { smoke: boolean }): Promise<Results> {
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const sizes = smoke ? { small: 500, large: 5_000 } : { small: 10_000, large: 1_000_000 }
  const { rounds, reads } = smoke ? { rounds: 2, reads: 200 } : { rounds: 7, reads: 1_500 }
  await using stack = new AsyncDisposableStack()
  const small = stack.use(await openDataSet({ products: sizes.small }))
  const url = smoke ? undefined : largeUrl
  const large = stack.use(await openDataSet({ products: sizes.large, url }))
  const readers = {
    small: stack.use(await openReader(small.url)),
    large: stack.use(await openReader(large.url)),
  }
  const five = { small: await withFive(small), large: await withFive(large) }
  const most = await withMost(large)
  for (const [set, { read }, sample] of [
    [small, readers.small, five.small],
    [large, readers.large, [...five.large.slice(0, 50), most.product]],
  ] as const) {
    await checkReads(set, read, sample.slice(-50))
  }
  say('correct')
  const few = await likeMost(readers.large.read, { among: five.large, most: most.product })
  const grown = `products ${count(sizes.small)} → ${count(sizes.large)}`
  const comparisons: readonly Comparison[] = [
    {
      what: grown,
      less: { read: readers.small.read, product: inTurn(five.small) },
      more: { read: readers.large.read, product: inTurn(five.large.slice(0, five.small.length)) },
    },
    {
      what: `reviews of the product 5 → ${count(most.reviews)}`,
      less: { read: readers.large.read, product: (call) => few[call] },
      more: { read: readers.large.read, product: () => most.product },
    },
    {
      what: `${grown}, any of them`,
      less: { read: readers.small.read, product: spread(sizes.small) },
      more: { read: readers.large.read, product: spread(sizes.large) },
    },
  ]
  const turns = await takeTurns(comparisons, { rounds, reads, say })
  return {
    name: 'reads',
    title: 'reviews: what a read costs when there is more',
    notes: [
      `The read path without HTTP (coalescer, pool of 4, PostgreSQL with ${small.shared_buffers} and ${large.shared_buffers} of shared buffers), first pages of five; ${rounds} rounds of ${reads} reads (64 at once: ${5 * reads}) after one warm-up round, the two sides in turns. µs per read are medians, the ratio is the median of the rounds' ratios.`,
      `Bound: ${bound} ×. The first comparison reads ${count(five.small.length)} products with five reviews each, spread over all ids, on both sides; the second two products whose answers have as many photos and about the same length.`,
      'The third draws from all products of each side, another one each time: the large side also reads pages that nobody has asked for yet.',
    ],
    rows: summarise(comparisons, turns),
    raw: turns,
    software: [`PostgreSQL ${large.version}`],
    smoke,
  }
}

/** Up to 400 products with five reviews that all are shown, spread over the ids. */
async function withFive({ query }: DataSet): Promise<number[]> {
  const rows = await query<{ id: number }>(`
    select product_id::int4 as id from product_figures as p
    where rating_1 + rating_2 + rating_3 + rating_4 + rating_5 = 5
      and (select count(*) from reviews r where r.product_id = p.product_id and not r.reported) = 5
    order by md5(product_id::text) limit 400`)
  return rows.map(({ id }) => id)
}

/** The product that has about 5,000 reviews, or as many as there are. */
async function withMost({ query }: DataSet): Promise<{ product: number; reviews: number }> {
  const [found] = await query<{ product: number; reviews: number }>(`
    select product_id::int4 as product, rating_1 + rating_2 + rating_3 + rating_4 + rating_5 as reviews
    from product_figures
    order by abs(rating_1 + rating_2 + rating_3 + rating_4 + rating_5 - 5000) limit 1`)
  if (found === undefined) throw new Error('the data set has no reviews')
  return found
}

/** By call, the product whose answer has as many photos and nearly the length: they are not compared. */
async function likeMost(
  read: Read,
  { among, most }: { among: readonly number[]; most: number },
): Promise<Record<Call, number>> {
  const alike = { newest: most, helpful: most, relevant: most, meta: most }
  for (const call of calls) {
    const wanted = await read(call, most)
    let least = Infinity
    for (const product of among) {
      const answer = await read(call, product)
      const photos = Math.abs(photosIn(answer) - photosIn(wanted))
      const difference = photos * 10_000 + Math.abs(answer.length - wanted.length)
      if (difference < least) alike[call] = product
      least = Math.min(least, difference)
    }
  }
  return alike
}

function photosIn(answer: string): number {
  return answer.split('"url"').length - 1
}

function inTurn(products: readonly number[]): Side['product'] {
  return (_, n) => products[n % products.length] ?? 1
}

/** As if drawn from all ids: another one each time, until every one was read. */
function spread(products: number): Side['product'] {
  return (_, n) => 1 + ((n * 611_953) % products)
}

async function takeTurns(
  comparisons: readonly Comparison[],
  { rounds, reads, say }: { rounds: number; reads: number; say: (line: string) => void },
): Promise<Turn[]> {
  const turns: Turn[] = []
  for (let round = 0; round <= rounds; round += 1) {
    for (const { what, less, more } of comparisons) {
      for (const call of calls) {
        for (const way of Object.keys(ways) as (keyof typeof ways)[]) {
          const measure = (side: Side) => timePerRead(side, { call, way, reads, round })
          const isLessFirst = round % 2 === 0
          const first = await measure(isLessFirst ? less : more)
          const second = await measure(isLessFirst ? more : less)
          const [less_us, more_us] = isLessFirst ? [first, second] : [second, first]
          if (round > 0) turns.push({ what, call, way, round, less_us, more_us })
        }
      }
    }
    say(round === 0 ? 'warmed up' : `round ${round} of ${rounds}`)
  }
  return turns
}

/** µs per read. */
async function timePerRead(
  { read, product }: Side,
  { call, way, reads, round }: { call: Call; way: keyof typeof ways; reads: number; round: number },
): Promise<number> {
  let next = 0
  // So that a turn of either way takes about as long.
  const total = way === '64 at once' ? 5 * reads : reads
  const one = async () => {
    while (next < total) {
      const id = product(call, round * total + next)
      next += 1
      await read(call, id)
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: ways[way] }, one))
  return ((performance.now() - began) * 1_000) / total
}

function summarise(
  comparisons: readonly Comparison[],
  turns: readonly Turn[],
): Record<string, string | number>[] {
  return comparisons.flatMap(({ what }) =>
    calls.flatMap((call) =>
      Object.keys(ways).map((way) => {
        const own = turns.filter(
          (turn) => [turn.what, turn.call, turn.way].join() === [what, call, way].join(),
        )
        const ratios = own.map(({ less_us, more_us }) => more_us / less_us)
        const ratio = median(ratios)
        const verdict = ratio <= bound ? 'kept' : 'missed'
        return {
          comparison: what,
          call,
          way,
          less_us: median(own.map(({ less_us }) => less_us)).toFixed(0),
          more_us: median(own.map(({ more_us }) => more_us)).toFixed(0),
          ratio: ratio.toFixed(2),
          'of rounds': `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
          bound: verdict,
        }
      }),
    ),
  )
}

function count(value: number): string {
  return value.toLocaleString('en-GB')
}
