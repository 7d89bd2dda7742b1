// Charts drawn without a browser: the first paint of the page, what is printed, and what is seen where
// scripts do not run. The colours stay CSS variables, so the picture follows the page's light or dark.

import type { EChartsOption } from 'echarts'
import { figure } from '../figures.ts'
import { withFormats, type ChartOption } from './chart-option.ts'
import { loadedECharts } from './echarts-build.ts'

export interface DrawOptions {
  readonly width: number
  readonly height: number
  /** Unique in the page: begins the names of its clip paths. */
  readonly id: string
}

/** The chart as one `<svg>` that scales with its box; text in it is escaped by ECharts. */
export function drawSvg(option: ChartOption, { width, height, id }: DrawOptions): string {
  const chart = loadedECharts().init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption(withFormats(option, figure) as EChartsOption)
    return still(chart.renderToSVGString({ useViewBox: true }), id)
  } finally {
    chart.dispose()
  }
}

/**
 * Without what only ECharts' own client needs (hover styles, data attributes), and with names that do not
 * depend on how many charts this process drew before. Quotes in texts are escaped, so no text matches.
 */
function still(svg: string, id: string): string {
  return svg
    .replaceAll(/<style >.*?<\/style>/gs, '')
    .replaceAll(
      / (?:class="zr[^"]*"|ecmeta_\w+="[^"]*"|pointer-events="\w+"|xml:space="preserve")/g,
      '',
    )
    .replaceAll(/(id="|url\(#)zr\d+-/g, `$1${id}-`)
    .replaceAll(/ (?:d|transform)="[^"]*"/g, (place) => place.replaceAll(/(\.\d)\d+/g, '$1'))
    .replaceAll('\n', '')
}
