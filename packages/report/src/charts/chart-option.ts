// What all charts share. An option is plain JSON, so the same one is drawn on the server and in the page:
//   colours     CSS variables of the page (`var(--c1)`), so light, dark and paper need no second option;
//   formatters  the text `format:UNIT`, turned into functions just before drawing.

/** Options for ECharts as plain JSON; see `withFormats`. */
export interface ChartOption {
  readonly [key: string]: unknown
}

export const ink = 'var(--ink)'
export const soft = 'var(--soft)'
export const rule = 'var(--rule)'
export const paper = 'var(--paper)'
export const good = 'var(--good)'
export const bad = 'var(--bad)'
export const doubt = 'var(--doubt)'

/** Eight colours that colour-blind readers can tell apart (Okabe and Ito, 2008), darkened for contrast. */
export const palette = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `var(--c${n})`)

/** Lines differ by dash as well as by colour. */
export const dashes = ['solid', [6, 3], [2, 2], [10, 3, 2, 3], [1, 3], [8, 8], [4, 1], [12, 4]]

/** Units that `format:UNIT` may name, and what is written after the number. */
const suffixes = { ms: ' ms', s: ' s', per_second: '/s', percent: ' %', cores: ' cores', plain: '' }
export type Unit = keyof typeof suffixes

/** A formatter for numbers with their unit, as text that JSON can carry. */
export function format(unit: Unit): string {
  return `format:${suffixes[unit]}`
}

/**
 * The option with each `format:…` turned into a function. The page's script carries this very function as
 * text, so it must not lean on anything around it.
 */
export function withFormats(value: unknown, figure: (value: number) => string): unknown {
  if (typeof value === 'string' && value.startsWith('format:')) {
    const suffix = value.slice('format:'.length)
    return (found: unknown) =>
      typeof found === 'number'
        ? figure(found) + suffix
        : Array.isArray(found)
          ? figure(found[0]) + suffix
          : '–'
  }
  if (Array.isArray(value)) return value.map((item) => withFormats(item, figure))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]) => [key, withFormats(item, figure)])
  return Object.fromEntries(entries)
}

/**
 * For every series: ECharts brightens what is pointed at by arithmetic on its colour, which it cannot do
 * with a CSS variable; it then draws nothing at all.
 */
export const steady = { emphasis: { disabled: true }, legendHoverLink: false }

/** The calm frame of every chart: no animation, quiet tooltip, our type. */
export function frame(description: string): ChartOption {
  return {
    animation: false,
    darkMode: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: 'system-ui, sans-serif', color: ink },
    color: palette,
    aria: { enabled: true, label: { description } },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: paper,
      borderColor: rule,
      textStyle: { color: ink, fontSize: 12 },
      axisPointer: { lineStyle: { color: soft }, label: { show: false } },
    },
  }
}

/** A legend along the top: one row that scrolls when it is narrow. */
export function legend(names: readonly string[]): ChartOption {
  const inactive = { inactiveColor: rule, inactiveBorderColor: rule }
  return {
    type: 'scroll',
    data: names,
    top: 0,
    left: 0,
    right: 0,
    itemWidth: 22,
    itemHeight: 9,
    textStyle: { color: ink, fontSize: 12 },
    pageTextStyle: { color: soft },
    pageIconColor: ink,
    pageIconInactiveColor: rule,
    ...inactive,
  }
}

/** An axis of numbers with quiet lines; `name` is written above it, with its unit. */
export function valueAxis(options: ChartOption): ChartOption {
  return {
    type: 'value',
    nameTextStyle: { color: soft, fontSize: 12, align: 'left', padding: [0, 0, 0, -44] },
    nameGap: 10,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: soft, fontSize: 11, hideOverlap: true, formatter: format('plain') },
    splitLine: { lineStyle: { color: rule } },
    minorSplitLine: { show: false },
    ...options,
  }
}

/** Rounded for the file: 4 significant digits say all that a screen can show. */
export function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : value
}
