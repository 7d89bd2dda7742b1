// Seeded random streams. A stream is a value of (seed, key…), so session n draws the same numbers in
// every configuration, whatever the others do. Generator: xoshiro128** (Blackman and Vigna, 2018), seeded
// by a 32-bit mixer (murmur3's finaliser).

import { zipfSampler } from './zipf.ts'

export interface Range {
  readonly from: number
  readonly to: number
}

/** Anything that has a weight, e.g. a task of a persona. */
export interface Weighted {
  readonly weight: number
}

/** A stream of random values that is fully determined by its seed. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of it. */
  float(): number
  /** Uniform whole number, both ends included. */
  integer(range: Range): number
  /** Uniform in [from, to). */
  between(range: Range): number
  /** True with the probability given, 0 to 1. */
  chance(probability: number): boolean
  /** One of the items, each as likely. The list must not be empty. */
  pick<T>(items: readonly T[]): T
  /** One of the names, in proportion to their weights, of which one at least is above 0. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number | Weighted>>): Name
  /** Exponential with mean 1. */
  exponential(): number
  /**
   * Rank 1…`of` by Zipf's law, P(k) ∝ 1/k^exponent; the ranks are scattered over the ids by a fixed
   * permutation, so that the popular ones are not neighbours. `exponent` defaults to 1.
   */
  zipf(options: { of: number; exponent?: number }): number
  /** A version 4 UUID from this stream: unique per session and the same in every configuration. */
  uuid(): string
  /** Text of about `length` characters (never more), in words. */
  text(options: { length: number }): string
}

/** The stream of `keys`: whole numbers that name it, e.g. (seed, session). */
export function randomStream(...keys: readonly number[]): Random {
  const next = xoshiro(keys)
  const float = () => next() / 4_294_967_296
  const integer = ({ from, to }: Range) => from + Math.floor(float() * (to - from + 1))
  const random: Random = {
    float,
    integer,
    between: ({ from, to }) => from + float() * (to - from),
    chance: (probability) => float() < probability,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError('random.pick needs at least one item, got none')
      return items[integer({ from: 0, to: items.length - 1 })] as T
    },
    weighted: (weights) => weighted(weights, float()),
    exponential: () => -Math.log(1 - float()),
    zipf: ({ of, exponent = 1 }) => scatter(zipfSampler(of, exponent)(float), of),
    uuid: () => uuid(next),
    text: ({ length }) => text(length, integer),
  }
  return random
}

function weighted<Name extends string>(
  weights: Readonly<Record<Name, number | Weighted>>,
  uniform: number,
): Name {
  const entries = Object.entries<number | Weighted>(weights).map(
    ([name, given]) => [name as Name, typeof given === 'number' ? given : given.weight] as const,
  )
  let left = uniform * entries.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [name, weight] of entries) {
    left -= weight
    if (left < 0) return name
  }
  throw new RangeError('random.weighted needs weights of 0 or more, one of them above 0')
}

/** Where each word of the state begins; any four different numbers do. */
const origins = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667] as const

/** Every word absorbs every key by itself: one hash for all four would give two of 100,000 sessions one stream. */
function seedWord(origin: number, keys: readonly number[]): number {
  let hash = origin
  for (const key of keys) {
    hash = mix((hash ^ key) >>> 0)
    hash = mix((hash ^ Math.floor(key / 4_294_967_296)) >>> 0) + origin
  }
  return mix(hash >>> 0)
}

function xoshiro(keys: readonly number[]): () => number {
  let a = seedWord(origins[0], keys)
  let b = seedWord(origins[1], keys)
  let c = seedWord(origins[2], keys)
  let d = seedWord(origins[3], keys) | 1
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotate(d, 11)
    return result
  }
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

function mix(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * A fixed permutation of 1…n: multiplication by a number coprime to n. Popular products then lie all
 * over the table instead of on its first pages.
 */
function scatter(rank: number, n: number): number {
  return ((rank * scatterFactor(n)) % n) + 1
}

let lastScatter = { n: 0, factor: 1 }
function scatterFactor(n: number): number {
  if (lastScatter.n === n) return lastScatter.factor
  let factor = Math.max(1, Math.floor(n * 0.618_033_988_749))
  while (greatestCommonDivisor(factor, n) !== 1) factor += 1
  lastScatter = { n, factor }
  return factor
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

function uuid(next: () => number): string {
  const word = () => next().toString(16).padStart(8, '0')
  const [a, b, c, d] = [word(), word(), word(), word()]
  const variant = ((Number.parseInt(c.slice(0, 1), 16) & 0x3) | 0x8).toString(16)
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`
}

const words = (
  'the fit is true to size and fabric feels soft after many washes colour as shown in picture would buy ' +
  'again for a friend delivery was quick but box arrived bent heel rubs little on long walks quality good price'
).split(' ')

function text(length: number, integer: (range: Range) => number): string {
  let written = ''
  while (written.length < length) written += `${words[integer({ from: 0, to: words.length - 1 })]} `
  return written.slice(0, length).trimEnd()
}
