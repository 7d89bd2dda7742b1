// Who uses a shop's reviews, and how the load grows: on a launch day, and in the original's published tests.

import { hold, perSecond, persona, ramp, seconds, workload } from 'plimsoll'
import { noOriginals, originalPersonas } from './original-personas.ts'

/** As many as system.ts prepares. */
export const products = 20_000

/** Popular products are read and reviewed more: Zipf over all of them, not one hot id. */
const popular = { of: products }
/** Short on purpose: the server feels requests, not pauses, and a step settles as soon as sessions have ended. */
const reads = { from: seconds(0.2), to: seconds(0.6) }

interface List {
  readonly results: readonly { readonly review_id: number }[]
}

interface Meta {
  readonly characteristics: Readonly<Record<string, { readonly id: number }>>
}

export const shopper = persona({
  why: 'nine of ten visitors only read: a page of reviews, then the summary of ratings',
  async live({ http, random, think }) {
    const product_id = random.zipf(popular)
    // Few touch the sort; without one it is by relevance.
    const sort = random.chance(0.9) ? undefined : random.pick(['newest', 'helpful'])
    await http.get('/reviews', { query: { product_id, sort } })
    await think(reads)
    await http.get('/reviews/meta', { query: { product_id } })
  },
})

export const reviewer = persona({
  why: 'about one visitor in twelve of a launch day writes: the form asks for the product’s characteristics first',
  async live({ http, random, think }) {
    const product_id = random.zipf(popular)
    const meta = await http.get('/reviews/meta', { query: { product_id } })
    if (meta.outcome !== 'ok') return
    const characteristics = Object.values(meta.json<Meta>().characteristics).map(({ id }) => [
      String(id),
      random.integer({ from: 1, to: 5 }),
    ])
    await think(reads)
    const key = random.uuid()
    const rating = random.pick([1, 2, 3, 4, 4, 5, 5, 5])
    await http.post('/reviews', {
      headers: { 'idempotency-key': key },
      json: {
        product_id,
        rating,
        recommend: rating > 2,
        summary: `Order ${key}`,
        body: random.text({
          length: random.integer({
            from: 60,
            to: 400,
          }),
        }),
        name: 'shopper',
        email: 'shopper@example.com',
        photos: random.chance(0.2) ? ['https://example.com/photo.jpg'] : [],
        characteristics: Object.fromEntries(characteristics) as Record<string, number>,
      },
      ledger: { kind: 'review', key, about: { product_id, rating } },
    })
  },
})

export const voter = persona({
  why: 'a few visitors find a review helpful, and one vote in twenty is a double click',
  async live({ http, random, think }) {
    const product_id = random.zipf(popular)
    const list = await http.get('/reviews', { query: { product_id, sort: 'newest' } })
    const review = list.outcome === 'ok' ? list.json<List>().results[0] : undefined
    if (review === undefined) return
    await think(reads)
    const { review_id } = review
    const key = random.uuid()
    const vote = {
      params: { id: review_id },
      headers: { 'voter-key': key },
      ledger: { kind: 'vote', key, about: { review_id } },
    }
    const { outcome } = await http.put('/reviews/:id/helpful', vote)
    if (outcome === 'ok' && random.chance(0.05))
      await http.put('/reviews/:id/helpful', { params: vote.params, headers: vote.headers })
  },
})

/** Browse and review: what the shop sees on the day a campaign starts. */
export const launchDay = workload({
  personas: { shopper, reviewer, voter },
  mix: { shopper: 90, reviewer: 8, voter: 2 },
  phases: {
    warmUp: { shape: hold({ at: perSecond(50), for: seconds(20) }), measured: false },
    rise: { shape: ramp({ from: perSecond(50), to: perSecond(500), over: seconds(60) }) },
    rush: { shape: hold({ at: perSecond(500), for: seconds(120) }), loadLine: true },
  },
})

/** As even as the public tools send. */
function level(at_per_second: number, lasts_s: number) {
  return hold({ at: perSecond(at_per_second), for: seconds(lasts_s), spacing: 'even' })
}

const list = { ...noOriginals, lister: 1 }
const meta = { ...noOriginals, summariser: 1 }
const post = { ...noOriginals, writer: 1 }

/**
 * The published tests as they were, for comparison only: the two against the deployed original (`post`,
 * `get`), then the steps of its author on one machine. Fifteen seconds, warm caches, 500 products.
 */
export const original = workload({
  personas: originalPersonas,
  mix: post,
  phases: {
    note: { shape: level(10, 10), mix: { ...noOriginals, noter: 1 }, measured: false },
    post: { shape: level(1_000, 15), mix: post, loadLine: true },
    get: { shape: level(500, 15), mix: list },
    list100: { shape: level(100, 30), mix: list },
    list200: { shape: level(200, 10), mix: list },
    list1000: { shape: level(1_000, 10), mix: list },
    meta100: { shape: level(100, 10), mix: meta },
    meta400: { shape: level(400, 10), mix: meta },
    meta600: { shape: level(600, 10), mix: meta },
    meta800: { shape: level(800, 10), mix: meta },
    meta1000: { shape: level(1_000, 10), mix: meta },
    post1: { shape: level(1, 10), mix: post },
    postRise: {
      shape: ramp({
        from: perSecond(100),
        to: perSecond(200),
        over: seconds(10),
        spacing: 'even',
      }),
      mix: post,
    },
    post500: { shape: level(500, 20), mix: post },
  },
})
