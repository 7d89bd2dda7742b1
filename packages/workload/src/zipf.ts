// Zipf-distributed ranks in constant time and memory: rejection-inversion (Hörmann and Derflinger,
// "Rejection-inversion to generate variates from monotone discrete distributions", 1996).

export type ZipfSampler = (uniform: () => number) => number

let last: { of: number; exponent: number; sampler: ZipfSampler } | undefined

/** A sampler of ranks 1…`of` with P(k) ∝ 1/k^exponent, exponent > 0. The last one built is kept. */
export function zipfSampler(of: number, exponent: number): ZipfSampler {
  if (last?.of === of && last.exponent === exponent) return last.sampler
  const sampler = build(of, exponent)
  last = { of, exponent, sampler }
  return sampler
}

/**
 *   H(x) = ∫ t^-s dt          h(k) = k^-s
 *   draw u on [H(1.5) − 1, H(n + ½)], invert, round to k; keep k when it is close enough to the
 *   inverse, or when u ≥ H(k + ½) − h(k).
 */
function build(of: number, s: number): ZipfSampler {
  if (!(of >= 1) || !(s > 0)) {
    throw new RangeError(`zipf needs of ≥ 1 and exponent > 0, got of ${of} and exponent ${s}`)
  }
  const integral = (x: number) => (s === 1 ? Math.log(x) : (x ** (1 - s) - 1) / (1 - s))
  const inverse = (y: number) => (s === 1 ? Math.exp(y) : (1 + y * (1 - s)) ** (1 / (1 - s)))
  const height = (k: number) => k ** -s
  const lowest = integral(1.5) - 1
  const highest = integral(of + 0.5)
  const closeEnough = 2 - inverse(integral(2.5) - height(2))
  return (uniform) => {
    for (;;) {
      const u = highest + uniform() * (lowest - highest)
      const x = inverse(u)
      const k = Math.min(Math.max(Math.round(x), 1), of)
      if (k - x <= closeEnough || u >= integral(k + 0.5) - height(k)) return k
    }
  }
}
