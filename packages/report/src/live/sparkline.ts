// A time series in one line of text.

const steps = '▁▂▃▄▅▆▇█'

/** The last `width` values from zero to their highest; `×` where there is no value. */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const shown = width > 0 ? values.slice(-width) : []
  const highest = Math.max(...shown.map((value) => value ?? 0))
  return shown
    .map((value) => {
      if (value === null) return '×'
      const step = highest > 0 ? Math.floor((value / highest) * steps.length) : 0
      return steps[Math.min(step, steps.length - 1)]
    })
    .join('')
}
