// Who the published load tests of the original were: one call each, no pauses, five hundred products.

import { persona, type Http } from 'plimsoll'

interface Meta {
  readonly characteristics: Readonly<Record<string, { readonly id: number }>>
}

/** The public tests ask for 500 of a million products, so they measure warm caches. */
const hotProducts = { from: 1, to: 500 }
/** As many as make the noting sessions see nearly every hot product. */
const productsPerNoting = 25

/**
 * Characteristic ids by product, once in each process of the engine. The public tests sent ids 14 to 17
 * for every product; here an answer to another product's characteristic is refused, so each product's
 * own are looked up, before what is measured.
 */
const characteristicsOf = new Map<number, readonly string[]>()

async function lookUp(http: Http, product_id: number): Promise<readonly string[]> {
  const known = characteristicsOf.get(product_id)
  if (known !== undefined) return known
  const meta = await http.get('/reviews/meta', { query: { product_id } })
  if (meta.outcome !== 'ok') return []
  const ids = Object.values(meta.json<Meta>().characteristics).map(({ id }) => String(id))
  characteristicsOf.set(product_id, ids)
  return ids
}

export const noter = persona({
  why: 'not in the public tests: notes which characteristics each product has, before anything is measured',
  async live({ http, random }) {
    for (let n = 0; n < productsPerNoting; n += 1) await lookUp(http, random.integer(hotProducts))
  },
})

export const lister = persona({
  why: 'the public GET: the first five reviews of one of 500 products',
  async live({ http, random }) {
    await http.get('/reviews', { query: { product_id: random.integer(hotProducts), count: 5 } })
  },
})

export const summariser = persona({
  why: 'the public GET of meta: the summary of one of 500 products',
  async live({ http, random }) {
    await http.get('/reviews/meta', { query: { product_id: random.integer(hotProducts) } })
  },
})

export const writer = persona({
  why: 'the public POST: three photos and an answer to every characteristic, about 0.4 KB',
  async live({ http, random }) {
    const product_id = random.integer(hotProducts)
    const rating = random.integer({ from: 1, to: 5 })
    const answers = (await lookUp(http, product_id)).map((id) => [id, rating])
    const key = random.uuid()
    await http.post('/reviews', {
      json: {
        product_id,
        rating,
        recommend: rating > 2,
        summary: `Order ${key}`,
        body: random.text({ length: 80 }),
        name: 'original',
        email: 'original@example.com',
        photos: [1, 2, 3].map((n) => `https://example.com/${n}.jpg`),
        characteristics: Object.fromEntries(answers) as Record<string, number>,
      },
      // What was acknowledged is looked for afterwards, which the public tests did not.
      ledger: { kind: 'review', key, about: { product_id, rating } },
    })
  },
})

/** The personas of the public tests, by name. */
export const originalPersonas = { noter, lister, summariser, writer }
/** Nobody: a phase gives weight to those it wants. */
export const noOriginals = { noter: 0, lister: 0, summariser: 0, writer: 0 }
