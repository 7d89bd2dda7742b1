// How many reviews each product has. Popularity follows Zipf's law in Mandelbrot's form: the product of
// rank k among n has about 6.29·(√(n ÷ (k − ½)) − 1) reviews. That is 5.8 on average, none for a quarter
// of the products, more than 50 for 1.3 %, and 1,250 for the first of 20,000. Ranks are scattered over
// the ids by the golden ratio, as `random.zipf` of the workloads scatters them: the products that are
// asked for most are those that have most reviews. Nothing here is random, so the total is always the same.

/** Found so that the average is 5.8, as in the public data set (5,774,952 reviews of 1,000,011 products). */
const scale = 6.29

/** More would overflow exact arithmetic in the scattering. */
export const mostProducts = 50_000_000

/** A function from product id (1…`products`) to its number of reviews. */
export function reviewCounts(products: number): (product: number) => number {
  const factor = scatterFactor(products)
  const inverse = inverseModulo(factor, products)
  return (product) => {
    const rank = ((product - 1) * inverse) % products || products
    return Math.floor(scale * (Math.sqrt(products / (rank - 0.5)) - 1))
  }
}

/** All reviews of `products` products. */
export function totalReviews(products: number): number {
  const count = reviewCounts(products)
  let total = 0
  for (let product = 1; product <= products; product += 1) total += count(product)
  return total
}

function scatterFactor(n: number): number {
  let factor = Math.max(1, Math.floor(n * 0.618_033_988_749))
  while (commonDivisor(factor, n) !== 1) factor += 1
  return factor
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}

/** x with value·x ≡ 1 (mod n), by Euclid's extended algorithm. */
function inverseModulo(value: number, n: number): number {
  let [oldRemainder, remainder] = [value, n]
  let [oldFactor, factor] = [1, 0]
  while (remainder !== 0) {
    const quotient = Math.floor(oldRemainder / remainder)
    ;[oldRemainder, remainder] = [remainder, oldRemainder - quotient * remainder]
    ;[oldFactor, factor] = [factor, oldFactor - quotient * factor]
  }
  return ((oldFactor % n) + n) % n
}
