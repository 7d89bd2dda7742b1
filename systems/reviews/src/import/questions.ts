// What products are asked about, and who has answered: a product has one characteristic of a name, a review answers
// those of its own product, each once. Told in one pass, from ids alone.
//
// The first characteristic of every product has the first turn, the second one the second turn, and so on. Within one
// review a turn stands for a characteristic, so one set of reviews per turn tells who has answered.

import { IdMap } from './id-map.ts'
import { IdSet } from './id-set.ts'

/** A row of the characteristics. */
export interface Question {
  readonly id: number
  readonly product: number
  readonly name: string
}

interface Turn {
  /** That have a characteristic of this turn. */
  products: IdSet
  readonly characteristics: IdSet
  /** That have answered theirs. */
  readonly reviews: IdSet
}

/** Of one product; a POST may answer fifty. */
const mostOfProduct = 100
/** Different ones in all products together. */
const mostNames = 10_000

/** The characteristics of one import, and its answers. */
export class Questions {
  readonly #productOfReview = new IdMap()
  readonly #productOfCharacteristic = new IdMap()
  readonly #turns: Turn[] = []
  /** Which products have a characteristic of a name. */
  #named = new Map<string, IdSet>()

  addReview({ id, product }: { readonly id: number; readonly product: number }): void {
    this.#productOfReview.set(id, product)
  }

  /** Adds a characteristic, or tells why not. */
  add({ id, product, name }: Question): string | undefined {
    const named = this.#named.get(name) ?? new IdSet()
    if (named.has(product)) return `product ${product} has a characteristic of this name already`
    const turn = this.#turns.find(({ products }) => !products.has(product)) ?? this.#anotherTurn()
    if (turn === undefined) return `product ${product} has ${mostOfProduct} characteristics already`
    if (this.#named.size === mostNames && !this.#named.has(name)) {
      return `there are characteristics of ${mostNames} different names already`
    }
    // A copy: the name is a part of the piece of the file that it came in, and would keep all of it.
    if (!this.#named.has(name))
      this.#named.set(Buffer.from(name, 'latin1').toString('latin1'), named)
    named.add(product)
    turn.products.add(product)
    turn.characteristics.add(id)
    this.#productOfCharacteristic.set(id, product)
    return undefined
  }

  /** Takes the answer of a review to a characteristic, both of which are there, or tells why not. */
  answer({
    characteristic,
    review,
  }: {
    characteristic: number
    review: number
  }): string | undefined {
    const product = this.#productOfReview.get(review)
    if (product !== this.#productOfCharacteristic.get(characteristic)) {
      return `characteristic ${characteristic} is of another product than review ${review}`
    }
    const turn = this.#turns.find(({ characteristics }) => characteristics.has(characteristic))
    if (turn?.reviews.add(review) === true) return undefined
    return `review ${review} has answered characteristic ${characteristic} already`
  }

  /** Every characteristic was added: gives back what only adding needs. */
  close(): void {
    this.#named = new Map()
    for (const turn of this.#turns) turn.products = new IdSet()
  }

  /** Undefined when there are as many as there may be. */
  #anotherTurn(): Turn | undefined {
    if (this.#turns.length === mostOfProduct) return undefined
    const turn = { products: new IdSet(), characteristics: new IdSet(), reviews: new IdSet() }
    this.#turns.push(turn)
    return turn
  }
}
