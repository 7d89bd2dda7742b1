// A percentile bootstrap of a few items is too narrow: it knows no more than those items. Student's t puts
// that right for means, and near enough for the rest (Hesterberg, What teachers should know about the
// bootstrap, 2015, section 4.5).

/** 97.5 % quantiles of Student's t by degrees of freedom, from 1. */
const t = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]
const normal = 1.96

/** How much wider a 95 % bootstrap interval of `n` items must be: 2.7 for 3, 1.35 for 7, 1 in the end. */
export function smallSampleFactor(n: number): number {
  if (n < 2) return 1
  const quantile = t[n - 2] ?? normal + 2.5 / (n - 1)
  return (quantile / normal) * Math.sqrt(n / (n - 1))
}
