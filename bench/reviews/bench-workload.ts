// Closed load on one call each, ids spread over all products: what a benchmark of a server does, and what no user does.

import { readFileSync } from 'node:fs'
import { hold, persona, seconds, sessions, workload } from 'plimsoll'
import { products } from '../../systems/reviews/workload.ts'

export type Call = 'list' | 'meta' | 'post' | 'posts'

/** Connections of each call; `posts` are those of many writers, which share more of a statement. */
export const connectionsOf: Readonly<Record<Call, number>> = {
  list: 64,
  meta: 64,
  post: 64,
  posts: 192,
}
const actionsPerSession = 200

export const body =
  'The fabric is soft and the fit is true to size, and it stayed so after many washes. '.repeat(3)

/** Ids of each product's characteristics, by product: written by the bench before the engine starts. */
const characteristicsFile = process.env['PLIMSOLL_BENCH_CHARACTERISTICS'] ?? ''
const characteristicIds =
  characteristicsFile === ''
    ? {}
    : (JSON.parse(readFileSync(characteristicsFile, 'utf8')) as Record<string, readonly number[]>)

const lister = persona({
  why: 'reads pages of five reviews',
  async live({ http, random }) {
    for (let n = 0; n < actionsPerSession; n += 1) {
      await http.get('/reviews', {
        query: { product_id: random.integer({ from: 1, to: products }) },
      })
    }
  },
})

const summariser = persona({
  why: 'reads the summary of ratings',
  async live({ http, random }) {
    for (let n = 0; n < actionsPerSession; n += 1) {
      const product_id = random.integer({ from: 1, to: products })
      await http.get('/reviews/meta', { query: { product_id } })
    }
  },
})

const writer = persona({
  why: 'writes reviews',
  async live({ http, random }) {
    for (let n = 0; n < actionsPerSession; n += 1) {
      const product_id = random.integer({ from: 1, to: products })
      const rating = random.integer({ from: 1, to: 5 })
      const answers = (characteristicIds[product_id] ?? []).map((id) => [id, rating])
      await http.post('/reviews', {
        json: {
          product_id,
          rating,
          summary: 'Good',
          body,
          recommend: rating > 2,
          name: 'bench',
          email: 'bench@example.com',
          photos: random.chance(0.2) ? ['https://example.com/photo.jpg'] : [],
          characteristics: Object.fromEntries(answers) as Record<string, number>,
        },
      })
    }
  },
})

const none = { lister: 0, summariser: 0, writer: 0 }
const shapeOf = (call: Call) => hold({ at: sessions(connectionsOf[call]), for: seconds(1) })

export const bench = workload({
  personas: { lister, summariser, writer },
  mix: { ...none, lister: 1 },
  phases: {
    list: { shape: shapeOf('list'), mix: { ...none, lister: 1 } },
    meta: { shape: shapeOf('meta'), mix: { ...none, summariser: 1 } },
    post: { shape: shapeOf('post'), mix: { ...none, writer: 1 } },
    posts: { shape: shapeOf('posts'), mix: { ...none, writer: 1 } },
  },
})
