// Seeded random numbers for the generated data set. The backend must not lean on the measuring packages,
// so it has its own, which need only be quick, plain and the same on every machine (mulberry32, behind
// murmur3's mixer).

/** What a stream of numbers is for: each purpose has its own, so that files are written apart. */
export type Purpose = 'product' | 'ratings' | 'texts' | 'photos' | 'answers'

const purposes: readonly Purpose[] = ['product', 'ratings', 'texts', 'photos', 'answers']

/** The next number of a stream, uniform in [0, 1). */
export type Uniform = () => number

/** The stream that belongs to one product and purpose under a seed. */
export function numbersFor(seed: number, product: number, purpose: Purpose): Uniform {
  let state = mix(mix(mix(seed ^ 0x9e3779b9) ^ product) + purposes.indexOf(purpose))
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** One of the items, each as likely. */
export function pick<T>(items: readonly [T, ...T[]], uniform: Uniform): T {
  return items[Math.floor(uniform() * items.length)] ?? items[0]
}

/** Index drawn with the weights given, which add up to 1. */
export function weighted(weights: readonly number[], uniform: Uniform): number {
  let left = uniform()
  for (const [index, weight] of weights.entries()) {
    left -= weight
    if (left < 0) return index
  }
  return weights.length - 1
}

function mix(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
